package io.finward.appliance.explicit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Intercepted HTTP whose headers are edited, by real clients and a real server. */
@Tag("netns")
@Timeout(180)
@ExtendWith(NetnsExtension.class)
class InterceptedHeadersIT {
  @TempDir private static Path folder;
  private static final Map<String, ExplicitLab> LABS = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    for (String mode : new String[] {"redirect", "tproxy"}) {
      Path its = Files.createDirectory(folder.resolve(mode));
      LABS.put(
          mode,
          ExplicitLab.start(
              its,
              """
              listeners += { name = web, mode = %1$s, bind = "[::]:8080", source = %2$s
                             http-headers = { via = full, forwarded-for = true } }
              intercept = [ { listener = web, destinations = ["198.51.100.2", "2001:db8:2::2"] } ]
              access = [
                { deny { listener = web, name = bad.test } }
                { deny { listener = web, name-verified = false, url-regex = "/hello" } }
              ]
              log {
                access = [ { to = "file:%3$s/access.log", format = "%%r %%>s %%{host}x %%{close-reason}x"
                             listeners = [web] } ]
              }
              """
                  .formatted(mode, mode.equals("tproxy") ? "client" : "gateway", its)));
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

  @ParameterizedTest
  @CsvSource({
    "redirect, 198.51.100.2, 192.0.2.2", "redirect, [2001:db8:2::2], 2001:db8:1:(:|0:0:0:0:)2",
    "tproxy, 198.51.100.2, 192.0.2.2", "tproxy, [2001:db8:2::2], 2001:db8:1:(:|0:0:0:0:)2"
  })
  void theServerGetsViaAndTheClientsAddress(String mode, String address, String client)
      throws Exception {
    String got = lab(mode).run("curl", "-sg", "http://" + address + "/headers").output();
    assertThat(got).matches("via=1\\.1 \\S+ \\(Finward\\) xff=" + client + " auth=\\n");
    assertThat(lab(mode).curl("-k", "https://" + address + "/hello"))
        .as("TLS stays a tunnel")
        .isEqualTo("200 000 6");
  }

  @ParameterizedTest
  @CsvSource({
    "redirect, 198.51.100.2", "redirect, 2001:db8:2::2",
    "tproxy, 198.51.100.2", "tproxy, 2001:db8:2::2"
  })
  void eachRequestOfAConnectionIsJudgedByItsOwnHost(String mode, String address) throws Exception {
    ExplicitLab lab = lab(mode);
    InetAddress to = InetAddress.ofLiteral(address);
    try (Socket client = lab.client().call(() -> new Socket(to, 80))) {
      client.setSoTimeout(10_000);
      assertThat(ask(client, "/hello", "origin.test")).startsWith("HTTP/1.1 200 ");
      assertThat(ask(client, "/hello", "rebound.test")).startsWith("HTTP/1.1 403 ");
      assertThat(ask(client, "/headers", "rebound.test")).startsWith("HTTP/1.1 200 ");
      assertThat(ask(client, "/headers", "bad.test")).startsWith("HTTP/1.1 403 ");
      assertThat(ask(client, "http://bad.test/headers", "origin.test")).startsWith("HTTP/1.1 403 ");
      assertThat(ask(client, "/hello", "origin.test")).startsWith("HTTP/1.1 200 ");
    }
    await()
        .untilAsserted(() ->
            assertThat(Files.readString(lab.folder().resolve("access.log")))
                .contains(
                    "GET /hello HTTP/1.1 200 origin.test finished",
                    "GET /hello HTTP/1.1 403 rebound.test finished",
                    "GET /headers HTTP/1.1 403 bad.test finished"));
  }

  @ParameterizedTest
  @CsvSource({"redirect", "tproxy"})
  void bothConnectionsAreFlowsAndAClientThatStaysIsParked(String mode) throws Exception {
    ExplicitLab lab = lab(mode);
    InetAddress to = InetAddress.ofLiteral("198.51.100.2");
    try (Socket client = lab.client().call(() -> new Socket(to, 80))) {
      client.setSoTimeout(10_000);
      String at = "\"192.0.2.2:%d\"".formatted(client.getLocalPort());
      assertThat(ask(client, "/hello", "origin.test")).startsWith("HTTP/1.1 200 ");
      String upstream =
          lab.command("/sessions?client=192.0.2.2")
              .replaceFirst(
                  "(?s).*\"client\":%s[^}]*\"upstream_local\":\"([^\"]+)\".*".formatted(at), "$1");
      assertThat(flows(lab))
          .anyMatch(flow -> flow.contains(upstream) && flow.contains("\"leg\":\"upstream\""))
          .anyMatch(flow -> flow.contains(at) && flow.contains("\"state\":\"live\""));
      client
          .getOutputStream()
          .write(
              "GET /hello HTTP/1.1\r\nHost: origin.test\r\nConnection: close\r\n\r\n"
                  .getBytes(US_ASCII));
      assertThat(client.getInputStream().readAllBytes()).asString(US_ASCII).endsWith("hello\n");
      await()
          .untilAsserted(() ->
              assertThat(flows(lab))
                  .anyMatch(flow -> flow.contains(at) && flow.contains("\"state\":\"parked\"")));
      assertThat(lab.command("/sessions?client=192.0.2.2")).doesNotContain(at);
    }
  }

  private static List<String> flows(ExplicitLab lab) throws Exception {
    return List.of(lab.command("/flows").split("\\},", -1));
  }

  /** One request and its answer, whose body is told by its length. */
  private static String ask(Socket client, String target, String host) throws Exception {
    client
        .getOutputStream()
        .write("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(target, host).getBytes(US_ASCII));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = client.getInputStream().read();
      assertThat(next).as("the end after %s", head).isNotNegative();
      head.append((char) next);
    }
    String length = head.toString().replaceFirst("(?is).*content-length: *([0-9]+).*", "$1");
    assertThat(client.getInputStream().readNBytes(Integer.parseInt(length))).isNotEmpty();
    return head.toString();
  }
}
