package io.finward.appliance.explicit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real clients that do not know of the gateway, allowed and refused by the names they say. */
@Tag("netns")
@Timeout(180)
@ExtendWith(NetnsExtension.class)
class InterceptedNamesIT {
  private static final String SERVER6 = "2001:db8:2::2";

  /** The server's too, but not those of any name. */
  private static final String OTHER = "198.51.100.3";

  private static final String OTHER6 = "2001:db8:2::3";

  @TempDir private static Path folder;
  private static final Map<String, ExplicitLab> LABS = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    for (String mode : new String[] {"redirect", "tproxy"}) {
      Path its = Files.createDirectory(folder.resolve(mode));
      ExplicitLab lab =
          ExplicitLab.start(
              its,
              """
              listeners += { name = web, mode = %1$s, bind = "[::]:8080", names = seen }
              intercept = [
                { listener = web, destinations = ["198.51.100.2/31", "2001:db8:2::2/127"] }
              ]
              access = [
                { deny { name = bad.test } }
                { deny { listener = web, url = "http://origin.test/secret" } }
                { allow { listener = web, name = origin.test } }
                { allow { listener = web, port = 2525, not { name-verified = false } } }
                { deny { listener = web } }
              ]
              log {
                access = [ { to = "file:%2$s/access.log", format = names, listeners = [web] } ]
                formats {
                  names = "%%{spoken}x %%{sni}x %%{host}x %%{alpn}x %%{name-verified}x %%{close-reason}x"
                }
              }
              opening { peek = 700ms }
              """
                  .formatted(mode, its));
      LABS.put(mode, lab);
      lab.server().run("ip", "addr", "add", OTHER + "/24", "dev", "eth0");
      lab.server().run("ip", "addr", "add", OTHER6 + "/64", "dev", "eth0", "nodad");
    }
  }

  @AfterAll
  static void stop() throws Exception {
    for (ExplicitLab lab : LABS.values()) {
      String log = lab.log();
      lab.close();
      assertThat(log).doesNotContain("LEAK", "a bug", "Exception");
    }
  }

  private static ExplicitLab lab(String mode) {
    return Objects.requireNonNull(LABS.get(mode));
  }

  private static String get(String mode, String address, String url, String... more)
      throws Exception {
    String host = url.replaceFirst("https?://", "").replaceFirst("/.*", "");
    String at = address.contains(":") ? "[" + address + "]" : address;
    List<String> arguments = new ArrayList<>(List.of("-k", url));
    for (int port : new int[] {80, 443}) {
      arguments.addAll(List.of("--resolve", host + ":" + port + ":" + at));
    }
    arguments.addAll(List.of(more));
    return lab(mode).curl(arguments.toArray(String[]::new));
  }

  private static String lines(String mode) throws Exception {
    return Files.readString(lab(mode).folder().resolve("access.log"));
  }

  @ParameterizedTest
  @CsvSource({
    "redirect, 198.51.100.2", "redirect, 2001:db8:2::2",
    "tproxy, 198.51.100.2", "tproxy, 2001:db8:2::2"
  })
  void aVerifiedNameIsAllowed(String mode, String address) throws Exception {
    assertThat(get(mode, address, "https://origin.test/hello")).isEqualTo("200 000 6");
    assertThat(get(mode, address, "http://origin.test/hello")).isEqualTo("200 000 6");
    await()
        .untilAsserted(() ->
            assertThat(lines(mode))
                .contains(
                    "tls origin.test origin.test h2,http/1.1 yes finished",
                    "http - origin.test - yes finished"));
  }

  @ParameterizedTest
  @CsvSource({
    // Another name's address, an address of no name, a name of nowhere, a denied name.
    "redirect, 198.51.100.3, origin.test", "redirect, 2001:db8:2::3, origin.test",
    "tproxy, 198.51.100.3, origin.test", "tproxy, 2001:db8:2::3, origin.test",
    "redirect, 198.51.100.2, rebound.test", "tproxy, 2001:db8:2::2, rebound.test",
    "redirect, 198.51.100.2, nowhere.test", "tproxy, 2001:db8:2::2, nowhere.test",
    "redirect, 2001:db8:2::2, bad.test", "tproxy, 198.51.100.2, bad.test",
  })
  void aNameThatIsNotTheDestinationsOpensNothing(String mode, String address, String name)
      throws Exception {
    assertThat(get(mode, address, "https://" + name + "/hello")).isEqualTo("000 000 0");
    assertThat(get(mode, address, "http://" + name + "/hello")).isEqualTo("000 000 0");
    // DNS is asked only about names that would be allowed.
    String verified = name.equals("origin.test") ? "no" : "-";
    await()
        .untilAsserted(() ->
            assertThat(lines(mode))
                .contains(
                    "tls %s %s h2,http/1.1 %s denied".formatted(name, name, verified),
                    "http - %s - %s denied".formatted(name, verified)));
  }

  @ParameterizedTest
  @CsvSource({
    "redirect, 198.51.100.2", "redirect, 2001:db8:2::2",
    "tproxy, 198.51.100.2", "tproxy, 2001:db8:2::2"
  })
  void aForgedHostAndARefusedUrlAreRefused(String mode, String address) throws Exception {
    assertThat(get(mode, address, "http://x.test/hello", "-H", "Host: bad.test"))
        .isEqualTo("000 000 0");
    assertThat(get(mode, address, "http://origin.test/secret/a")).isEqualTo("000 000 0");
    assertThat(get(mode, address, "http://x.test/hello", "-H", "Host: origin.test"))
        .as("the name is true, whatever curl's URL says")
        .isEqualTo("200 000 6");
  }

  @ParameterizedTest
  @CsvSource({
    "redirect, 198.51.100.2", "redirect, 2001:db8:2::2",
    "tproxy, 198.51.100.2", "tproxy, 2001:db8:2::2"
  })
  void aServerThatSpeaksFirstIsHeardWithPeekingOn(String mode, String address) throws Exception {
    ExplicitLab lab = lab(mode);
    InetAddress to = InetAddress.ofLiteral(address);
    try (ServerSocket listening = lab.server().call(() -> new ServerSocket(2525, 5, to));
        Socket client = lab.client().call(() -> new Socket(to, 2525));
        Socket server = listening.accept()) {
      client.setSoTimeout(10_000);
      server.getOutputStream().write("220 origin.test\r\n".getBytes(US_ASCII));
      assertThat(client.getInputStream().readNBytes(17))
          .asString()
          .isEqualTo("220 origin.test\r\n");
    }
    await().untilAsserted(() -> assertThat(lines(mode)).contains("silent - " + address + " - - "));
  }

  @ParameterizedTest
  @CsvSource({"redirect", "tproxy"})
  void explainTellsTheName(String mode) throws Exception {
    ExplicitLab lab = lab(mode);
    InetAddress to = InetAddress.ofLiteral(SERVER6);
    try (Socket client = lab.client().call(() -> new Socket(to, 80))) {
      client.setSoTimeout(10_000);
      client
          .getOutputStream()
          .write("GET /hello HTTP/1.1\r\nHost: origin.test\r\n\r\n".getBytes(US_ASCII));
      assertThat(client.getInputStream().read()).isEqualTo('H');
      assertThat(lab.explain(client)).contains("HTTP, Host origin.test: the name is verified");
    }
  }
}
