package io.finward.appliance.accesslog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.appliance.text.AddressText;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole appliance in a process, and the lines it writes. */
@Tag("netns")
@ExtendWith(NetnsExtension.class)
@Timeout(120)
class AccessLogIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String FORMAT =
      "%{event}x %r %>s %I %O %{orig-dst}x %{close-reason}x %{half-closed-by}x";

  @TempDir private Path folder;
  private Process run = new ProcessBuilder("true").start();

  AccessLogIT() throws IOException {}

  @AfterEach
  void endProcess() throws InterruptedException {
    run.destroyForcibly().waitFor();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void anInterceptedSessionIsALineWithItsBytes(String text, NetworkNamespace ns) throws Exception {
    start(ns);
    InetAddress address = InetAddress.ofLiteral(text);
    Path log = folder.resolve("web.log");
    String to = AddressText.format(new InetSocketAddress(address, 7000));

    session(ns, address);
    await().until(() -> Files.readAllLines(log).size() == 2);
    assertThat(Files.readAllLines(log))
        .containsExactly(
            "open CONNECT %s HTTP/1.1 - 0 0 %s - -".formatted(to, to),
            "end CONNECT %s HTTP/1.1 200 5 7 %s finished server".formatted(to, to));

    Path rotated = folder.resolve("web.log.1");
    Files.move(log, rotated);
    signal("USR1");
    await().until(() -> Files.exists(log));
    session(ns, address);
    await().until(() -> Files.readAllLines(log).size() == 2);
    assertThat(rotated).content().hasLineCount(2);

    run.destroy(); // SIGTERM
    assertThat(run.waitFor(30, SECONDS)).isTrue();
    assertThat(run.exitValue()).isZero();
  }

  @Test
  void exchangesAndTunnelsOfAnExplicitDoorAreLines(NetworkNamespace ns) throws Exception {
    start(ns);
    try (OriginServer origin = OriginServer.open(ns)) {
      String url = "http://127.0.0.1:%d/a?b=c".formatted(origin.port());
      RawExchange get =
          RawExchange.of(
                  "GET " + url + " HTTP/1.1",
                  "Host: 127.0.0.1:%d\r\nUser-Agent: \"u\"\r\nConnection: close\r\n"
                      .formatted(origin.port()))
              .over(ns, 3128);
      assertThat(get.answer()).startsWith("HTTP/1.1 200 ").endsWith("0123456789");
      String inside = "HEAD /missing HTTP/1.0\r\n\r\n";
      RawExchange tunnel =
          RawExchange.of("CONNECT 127.0.0.1:%d HTTP/1.1".formatted(origin.port()), "Host: x\r\n")
              .body(inside)
              .over(ns, 3128);
      assertThat(tunnel.answer()).contains("404 Not Found");
      Path log = folder.resolve("proxy.log");
      await().until(() -> Files.readAllLines(log).size() == 2);
      int head = tunnel.answer().indexOf("\r\n\r\n") + 4;
      assertThat(Files.readAllLines(log))
          .containsExactly(
              "127.0.0.1 \"GET %s HTTP/1.1\" 200 10 \"\\\"u\\\"\" %d %d finished 200"
                  .formatted(url, get.bytes().length, get.answer().length()),
              "127.0.0.1 \"CONNECT 127.0.0.1:%d HTTP/1.1\" 200 %d \"-\" %d %d finished -"
                  .formatted(
                      origin.port(),
                      tunnel.answer().length() - head,
                      tunnel.bytes().length,
                      tunnel.answer().length()));
      assertThat(folder.resolve("all.json"))
          .content()
          .hasLineCount(2)
          .contains("\"user_agent\":\"\\\"u\\\"\"");
    }
  }

  /** Five bytes there, seven back; the server closes first. */
  private static void session(NetworkNamespace ns, InetAddress address) throws Exception {
    try (ServerSocket listening = ns.call(() -> new ServerSocket(7000, 5, address));
        Socket client = ns.call(() -> new Socket(address, 7000));
        Socket server = listening.accept()) {
      client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
      assertThat(server.getInputStream().readNBytes(5)).hasSize(5);
      server.getOutputStream().write("welcome".getBytes(StandardCharsets.US_ASCII));
      server.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).hasSize(7);
      client.shutdownOutput();
      assertThat(server.getInputStream().read()).isEqualTo(-1);
    }
  }

  private void start(NetworkNamespace ns) throws Exception {
    ns.run(
        "nft",
        "add table inet t; add chain inet t out { type nat hook output priority -100; };"
            + " add rule inet t out meta mark != 0x46570002 tcp dport 7000 redirect to :8080");
    Path config =
        Files.writeString(
            folder.resolve("finward.conf"),
            """
            finward {
              listeners = [
                { name = web, mode = redirect, bind = "[::]:8080" }
                { name = proxy, mode = explicit, bind = "127.0.0.1:3128" }
              ]
              rules { nat = false, wall = false, lease = false }
              access = [ { allow { destination = "127.0.0.0/8", port = "1-65535" } } ]
              admin { socket = "%1$s/admin.sock" }
              log {
                access = [
                  { to = "file:%1$s/web.log", format = mine, at = [open, end], listeners = web }
                  { to = "file:%1$s/proxy.log", listeners = [proxy]
                    format = "%%h \\"%%r\\" %%>s %%b \\"%%{User-Agent}i\\" %%I %%O %%{close-reason}x %%{origin-status}x" }
                  { to = "file:%1$s/all.json", format = json }
                ]
                formats { mine = "%2$s" }
              }
            }
            """
                .formatted(folder, FORMAT));
    Path said = folder.resolve("said");
    run =
        ns.start(
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.finward.appliance.Main",
                    "run",
                    "-c",
                    config.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile()));
    await()
        .atMost(LONG)
        .until(() -> Files.readAllLines(said).contains("finward ready") || !run.isAlive());
    assertThat(List.of(Files.readString(said))).allMatch(text -> text.contains("finward ready"));
  }

  private void signal(String name) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(run.pid())).start().waitFor())
        .isZero();
  }
}
