package io.finward.proxy;

import static io.finward.proxy.ExplicitHarness.hear;
import static io.finward.proxy.ExplicitHarness.hearAll;
import static io.finward.proxy.ExplicitHarness.say;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.header.HeaderVersion;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionSnapshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY headers from balancers and from who is none, HAProxy's own among them. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
@SuppressWarnings("StringConcatToTextBlock") // the ends of lines matter here
class ReceivedHeaderIT {
  private static final String BALANCER = "127.0.0.1";
  private static final String GET = "GET http://127.0.0.1:7000/ HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String LINE = "PROXY TCP4 203.0.113.9 198.51.100.7 50000 80\r\n";

  @TempDir private Path folder;

  private static ExplicitHarness door(NetworkNamespace ns) throws Exception {
    return new ExplicitHarness(ns, Doors.with(), Doors.from(BALANCER));
  }

  private static void assertReset(Socket client) {
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private static void assertForwardedFor(ExplicitHarness door, String client) throws Exception {
    try (Socket server = door.accept()) {
      assertThat(hear(server, "\r\n\r\n"))
          .startsWith("GET / HTTP/1.1\r\n")
          .contains("X-Forwarded-For: " + client + "\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.7, 127.0.0.1, send-proxy",
    "127.0.0.7, 127.0.0.1, send-proxy-v2",
    "2001:db8::7, ::1, send-proxy",
    "2001:db8::7, ::1, send-proxy-v2",
    "127.0.0.7, 127.0.0.1, send-proxy-v2 proxy-v2-options unique-id",
  })
  void believesHaproxy(String client, String frontend, String option, NetworkNamespace ns)
      throws Exception {
    ns.run("ip", "addr", "add", "2001:db8::7/128", "dev", "lo", "nodad");
    try (ExplicitHarness door = door(ns);
        Program _ =
            Program.haproxy(
                ns,
                folder,
                9000,
                """
                listen in
                  mode tcp
                  unique-id-format %%Ts
                  bind %s:9000
                  server door 127.0.0.1:3128 %s
                """
                    .formatted(
                        frontend.indexOf(':') < 0 ? frontend : "[" + frontend + "]", option));
        Socket socket = door.connect(client, frontend, 9000)) {
      say(socket, GET);
      assertForwardedFor(door, client);
    }
  }

  @Test
  void answersHaproxysHealthChecks(NetworkNamespace ns) throws Exception {
    // It asks as itself (v2 LOCAL), and its verdict is on the client's side of it.
    try (ExplicitHarness door = door(ns);
        Program _ =
            Program.haproxy(
                ns,
                folder,
                9000,
                """
                listen in
                  mode http
                  bind 127.0.0.1:9000
                  option httpchk
                  http-check send meth OPTIONS uri http://127.0.0.1:9/ hdr Max-Forwards 0
                  server door 127.0.0.1:3128 send-proxy-v2 check check-send-proxy inter 100ms
                  http-request return status 200 if { srv_is_up(in/door) } { path /up }
                """)) {
      await()
          .until(() -> door.events.stream().anyMatch(SessionEvent.ExchangeEnded.class::isInstance));
      assertThat(door.events).doesNotContain(new SessionEvent.Ended(EndReason.BAD_PROXY_HEADER));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHeaderMayComeInPieces(HeaderVersion version, NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = door(ns);
        Socket client = door.connect()) {
      client.setTcpNoDelay(true);
      byte[] header = version.header(endpoint("203.0.113.9", 50_000), endpoint("198.51.100.7", 80));
      for (byte b : header) {
        client.getOutputStream().write(b);
      }
      say(client, GET);
      assertForwardedFor(door, "203.0.113.9");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"20 00 0000", "21 00 0000", "21 12 000c c0000201 c6336407 c350 0050"})
  void theBalancersOwnConnectionIsItsOwn(String rest, NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = door(ns);
        Socket client = door.connect()) {
      client
          .getOutputStream()
          .write(HexFormat.of().parseHex(("0d0a0d0a000d0a515549540a" + rest).replace(" ", "")));
      say(client, GET);
      assertForwardedFor(door, BALANCER);
    }
  }

  @Test
  void nobodyElsesHeaderIsBelieved(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = door(ns);
        Socket forger = door.connect("127.0.0.8", "127.0.0.1", 3128);
        Socket other = door.connect("127.0.0.8", "127.0.0.1", 3128)) {
      say(forger, LINE + GET);
      assertThat(hearAll(forger)).startsWith("HTTP/1.1 400 ");
      say(other, GET);
      assertForwardedFor(door, "127.0.0.8");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GET,
        "\u0005\u0001\u0000",
        "PROXY TCP4 203.0.113.9 198.51.100.7 50000\r\n" + GET,
        "PROXY TCP4 203.0.113.9 198.51.100.7 50000 80\n" + GET,
        "\r\n\r\n\u0000\r\nQUIT\n!\u0011\u00ff\u00ff",
      })
  void aBalancerMustSendAHeader(String instead, NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = door(ns);
        Socket client = door.connect()) {
      say(client, instead);
      assertReset(client);
      await().until(() -> door.events.contains(new SessionEvent.Ended(EndReason.BAD_PROXY_HEADER)));
      assertThat(door.proxy.sessions().open()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PROXY TCP4 203.0"})
  void aBalancerMustSendItInTime(String begun, NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door =
            new ExplicitHarness(ns, Doors.with(Duration.ofMillis(200)), Doors.from(BALANCER));
        Socket client = door.connect()) {
      say(client, begun);
      assertReset(client);
      await().until(() -> door.events.contains(new SessionEvent.Ended(EndReason.BAD_PROXY_HEADER)));
    }
  }

  @Test
  void whoOnlyLooksWhetherWeAreThereIsNoSession(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = door(ns)) {
      try (Socket client = door.connect()) {
        client.shutdownOutput();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
      }
      await().until(() -> door.proxy.sessions().open() == 0);
      assertThat(door.events).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, 203.0.113.9", "::1, 2001:db8::9"})
  void anInterceptingListenerTakesBothEndsFromIt(String server, String source, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness =
            ProxyHarness.start(
                ns, server, AccessPolicy.OPEN, Doors.with(), Doors.from("127.0.0.1", "::1"));
        Socket client = harness.connect(ProxyHarness.PROXY_PORT)) {
      byte[] header =
          HeaderVersion.V2.header(
              endpoint(source, 1234), endpoint(server, ProxyHarness.SERVER_PORT));
      client.getOutputStream().write(header);
      say(client, "hello");
      try (Socket end = harness.accept()) {
        assertThat(end.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(ISO_8859_1));
        SessionSnapshot session = harness.sessions().list().join().getFirst();
        assertThat(session.client()).isEqualTo(endpoint(source, 1234));
        assertThat(session.originalDestination())
            .isEqualTo(endpoint(server, ProxyHarness.SERVER_PORT));
        assertThat(session.bytesFromClient()).isEqualTo(5);
        client.shutdownOutput();
        assertThat(end.getInputStream().read()).isEqualTo(-1);
        say(end, "late");
        end.shutdownOutput();
        assertThat(hearAll(client)).isEqualTo("late");
      }
      await().until(() -> harness.ended(EndReason.FINISHED));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // The rules see the client that the header names, and the loop guard the destination.
    "203.0.113.66, 7000, DENIED",
    "203.0.113.9, 8080, LOOP",
  })
  void itsEndsAreJudged(String source, int port, EndReason reason, NetworkNamespace ns)
      throws Exception {
    InetAddress denied = InetAddress.ofLiteral("203.0.113.66");
    AccessPolicy policy =
        request -> request.client().equals(denied) ? new Verdict.Deny("test") : new Verdict.Allow();
    try (ProxyHarness harness =
            ProxyHarness.start(ns, "127.0.0.1", policy, Doors.with(), Doors.from(BALANCER));
        Socket client = harness.connect(ProxyHarness.PROXY_PORT)) {
      client
          .getOutputStream()
          .write(HeaderVersion.V1.header(endpoint(source, 1), endpoint("127.0.0.1", port)));
      assertReset(client);
      await().until(() -> harness.ended(reason));
    }
  }

  private static InetSocketAddress endpoint(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }
}
