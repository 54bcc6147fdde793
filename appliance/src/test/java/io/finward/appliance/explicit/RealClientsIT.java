package io.finward.appliance.explicit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.explicit.ExplicitLab.Said;
import io.finward.linux.netns.NetnsExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs that people point at a forward proxy, through one that has no rules. */
@Tag("netns")
@Timeout(180)
@ExtendWith(NetnsExtension.class)
class RealClientsIT {
  private static final int BIG = 20_000_000;

  @TempDir private static Path folder;
  private static ExplicitLab lab;

  @BeforeAll
  static void start() throws Exception {
    lab = ExplicitLab.start(folder, "");
    byte[] big = new byte[BIG];
    new Random(1).nextBytes(big);
    Files.write(lab.documents().resolve("big"), big);
  }

  @AfterAll
  static void stop() throws Exception {
    String log = lab.log();
    lab.close();
    assertThat(log).doesNotContain("LEAK", "a bug", "Exception");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.0.2.1:3128",
        "http://[2001:db8:1::1]:3128",
        "socks5://192.0.2.1:3128",
        "socks5h://[2001:db8:1::1]:3128",
        "socks4a://192.0.2.1:3128"
      })
  void curl(String proxy) throws Exception {
    boolean byName = !proxy.startsWith("socks5:");
    String host = byName ? "origin.test" : ExplicitLab.SERVER;
    assertThat(lab.curl("-x", proxy, "http://" + host + "/big"))
        .startsWith("200")
        .endsWith(" " + BIG);
    assertThat(folder.resolve("got")).hasSameBinaryContentAs(lab.documents().resolve("big"));
    assertThat(lab.curl("-x", proxy, "https://" + host + "/big"))
        .startsWith("200")
        .endsWith(" " + BIG);
    assertThat(folder.resolve("got")).hasSameBinaryContentAs(lab.documents().resolve("big"));
  }

  @Test
  void curlReachesAnOriginWithIpv6() throws Exception {
    assertThat(lab.curl("-x", "http://" + ExplicitLab.PROXY6, "http://[2001:db8:2::2]/hello"))
        .isEqualTo("200 000 6");
    assertThat(
            lab.curl("-x", "http://" + ExplicitLab.PROXY6, "https://[2001:db8:2::2]/hello", "-k"))
        .isEqualTo("200 200 6");
  }

  @Test
  void anAddressThatDoesNotAnswerIsNoObstacle() throws Exception {
    assertThat(lab.curl("-x", "http://" + ExplicitLab.PROXY, "http://half.test/hello"))
        .isEqualTo("200 000 6");
  }

  @ParameterizedTest
  @CsvSource({
    "http://origin.test:81/, 503 000",
    "http://nosuch.test/, 502 000",
    "http://192.0.2.1:3128/, 403 000",
    "http://198.51.100.1:3128/, 403 000",
    "http://127.0.0.1/, 403 000",
    "http://0.0.0.0/, 403 000",
    "http://[::1]/, 403 000",
    "http://[::ffff:127.0.0.1]/, 403 000",
    "http://[64:ff9b::7f00:1]/, 403 000",
    "http://[2002:7f00:1::]/, 403 000",
    "http://169.254.169.254/latest/meta-data, 403 000",
    "http://rebound.test/, 403 000",
    "https://origin.test:22/, 000 403",
    "https://127.0.0.1/, 000 403",
    "https://nosuch.test/, 000 502",
    "ftp://origin.test/x, 501 000",
  })
  void answersAsApacheDoes(String url, String codes) throws Exception {
    assertThat(lab.curl("-x", "http://" + ExplicitLab.PROXY, url)).startsWith(codes);
  }

  @Test
  void socksRefusesLocalAddresses() throws Exception {
    Said said = lab.run("curl", "-sS", "-x", "socks5h://" + ExplicitLab.PROXY, "http://localhost/");
    // 97: CURLE_PROXY; 2: not allowed by the rules (RFC 1928, 6).
    assertThat(said.code()).isEqualTo(97);
    assertThat(said.output()).contains("(2)");
  }

  @Test
  void wget() throws Exception {
    need("wget");
    for (String scheme : new String[] {"http", "https"}) {
      Said said =
          lab.run(
              "wget",
              "-q",
              "-O",
              "-",
              "-e",
              "use_proxy=yes",
              "-e",
              "http_proxy=" + ExplicitLab.PROXY,
              "-e",
              "https_proxy=" + ExplicitLab.PROXY,
              "--ca-certificate=" + lab.certificate(),
              scheme + "://origin.test/hello");
      assertThat(said).isEqualTo(new Said(0, "hello\n"));
    }
  }

  @Test
  void git() throws Exception {
    need("git");
    Path work = Files.createDirectories(folder.resolve("work"));
    local("git", "init", "-q", "-b", "main", work.toString());
    Files.writeString(work.resolve("file"), "committed\n");
    local("git", "-C", work.toString(), "add", "file");
    local(
        "git",
        "-C",
        work.toString(),
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.org",
        "commit",
        "-q",
        "-m",
        "one");
    Path bare = lab.documents().resolve("repo.git");
    local("git", "clone", "-q", "--bare", work.toString(), bare.toString());
    local("git", "-C", bare.toString(), "update-server-info");
    for (String scheme : new String[] {"http", "https"}) {
      Path clone = folder.resolve("clone-" + scheme);
      Said said =
          lab.run(
              "git",
              "-c",
              "http.proxy=http://" + ExplicitLab.PROXY,
              "-c",
              "http.sslCAInfo=" + lab.certificate(),
              "clone",
              "-q",
              scheme + "://origin.test/repo.git",
              clone.toString());
      assertThat(said.code()).as(said.output()).isZero();
      assertThat(clone.resolve("file")).hasContent("committed");
    }
  }

  @Test
  void apt() throws Exception {
    need("apt-get");
    Path repository = Files.createDirectories(lab.documents().resolve("debian"));
    Files.writeString(
        repository.resolve("Packages"),
        """
        Package: nothing
        Version: 1
        Architecture: all
        Maintainer: a <a@example.org>
        Filename: ./nothing.deb
        Size: 6
        SHA256: 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
        Description: nothing
        """);
    Files.writeString(repository.resolve("nothing.deb"), "hello\n");
    Path apt = Files.createDirectories(folder.resolve("apt"));
    for (String sub : new String[] {"lists/partial", "archives/partial", "empty"}) {
      Files.createDirectories(apt.resolve(sub));
    }
    Files.writeString(apt.resolve("status"), "");
    Files.writeString(
        apt.resolve("sources.list"), "deb [trusted=yes] http://origin.test/debian ./\n");
    String[] options = {
      "-o", "Acquire::http::Proxy=http://" + ExplicitLab.PROXY,
      "-o", "APT::Sandbox::User=root",
      "-o", "Dir::Etc::sourcelist=" + apt.resolve("sources.list"),
      "-o", "Dir::Etc::sourceparts=" + apt.resolve("empty"),
      "-o", "Dir::State::status=" + apt.resolve("status"),
      "-o", "Dir::State::lists=" + apt.resolve("lists"),
      "-o", "Dir::Cache=" + apt,
      "-o", "Dir::Cache::archives=" + apt.resolve("archives"),
    };
    Said update = lab.run(with(options, "apt-get", "-q", "update"));
    assertThat(update.code()).as(update.output()).isZero();
    Said download = lab.run(with(options, "apt-get", "-q", "download", "nothing"));
    assertThat(download.code()).as(download.output()).isZero();
    assertThat(folder.resolve("nothing_1_all.deb")).hasContent("hello");
  }

  private static String[] with(String[] options, String... command) {
    String[] all = new String[command.length + options.length];
    System.arraycopy(command, 0, all, 0, command.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    return all;
  }

  private static void need(String program) {
    Assumptions.assumeTrue(
        Files.exists(Path.of("/usr/bin", program)), program + " is not installed");
  }

  private static void local(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
