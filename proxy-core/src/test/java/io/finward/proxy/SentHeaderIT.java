package io.finward.proxy;

import static io.finward.proxy.ExplicitHarness.hear;
import static io.finward.proxy.ExplicitHarness.say;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.header.HeaderVersion;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.upstream.Parent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** PROXY headers that servers and parents get, as HAProxy reads them on port 7001. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
@SuppressWarnings("StringConcatToTextBlock") // the ends of lines matter here
class SentHeaderIT {
  private static final String ANSWERS_WITH_BOTH_ENDS =
      """
      frontend in
        mode http
        bind 127.0.0.1:7001 accept-proxy
        bind [::1]:7001 accept-proxy
        http-request return content-type text/plain lf-string "<%[src]:%[src_port] %[dst]:%[dst_port]>"
      """;
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  @TempDir private Path folder;

  private static String local(Socket socket) {
    return socket.getLocalAddress().getHostAddress().replace("0:0:0:0:0:0:0:1", "::1")
        + ":"
        + socket.getLocalPort();
  }

  @ParameterizedTest
  @CsvSource({"V1, 127.0.0.1", "V1, ::1", "V2, 127.0.0.1", "V2, ::1"})
  void serversOfInterceptedSessionsGetOne(
      HeaderVersion version, String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness =
            ProxyHarness.start(ns, address, AccessPolicy.OPEN, Doors.with(), Doors.sends(version));
        Program _ = Program.haproxy(ns, folder, 7001, ANSWERS_WITH_BOTH_ENDS);
        Socket client = harness.connect(7001)) {
      say(client, GET);
      assertThat(hear(client, ">")).endsWith("<%s %s:7001>".formatted(local(client), address));
      SessionSnapshot session = harness.sessions().list().join().getFirst();
      assertThat(session.bytesFromClient()).isEqualTo(GET.length());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatSpeaksFirstGetsItAtOnce(HeaderVersion version, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness =
            ProxyHarness.start(
                ns, "127.0.0.1", AccessPolicy.OPEN, Doors.with(), Doors.sends(version));
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      byte[] header =
          version.header(
              (InetSocketAddress) client.getLocalSocketAddress(),
              (InetSocketAddress) client.getRemoteSocketAddress());
      assertThat(server.getInputStream().readNBytes(header.length)).isEqualTo(header);
      say(server, "220 ");
      assertThat(hear(client, " ")).isEqualTo("220 ");
      say(client, "HELO");
      client.shutdownOutput();
      assertThat(server.getInputStream().readAllBytes()).isEqualTo("HELO".getBytes(ISO_8859_1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "V1, 127.0.0.1, 127.0.0.1, 127.0.0.1:7001",
    "V2, ::1, ::1, [::1]:7001",
    // The families differ.
    "V1, 127.0.0.1, ::ffff:127.0.0.1, [::1]:7001",
    "V2, 127.0.0.1, ::ffff:127.0.0.1, [::1]:7001",
  })
  void serversOfExplicitDoorsGetOne(
      HeaderVersion version, String from, String seen, String to, NetworkNamespace ns)
      throws Exception {
    try (ExplicitHarness door = new ExplicitHarness(ns, Doors.with(), Doors.sends(version));
        Program _ = Program.haproxy(ns, folder, 7001, ANSWERS_WITH_BOTH_ENDS);
        Socket http = door.connect(from, from, 3128);
        Socket connect = door.connect(from, from, 3128);
        Socket socks = door.connect(from, from, 3128)) {
      String destination = to.replace("[", "").replace("]", "");
      say(http, "GET http://" + to + "/ HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(hear(http, ">"))
          .endsWith("<%s:%d %s>".formatted(seen, http.getLocalPort(), destination));
      // The same connection to the origin: no second header.
      say(http, "GET http://" + to + "/ HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(hear(http, ">"))
          .endsWith("<%s:%d %s>".formatted(seen, http.getLocalPort(), destination));

      say(connect, "CONNECT " + to + " HTTP/1.1\r\nHost: x\r\n\r\n" + GET);
      assertThat(hear(connect, ">"))
          .endsWith("<%s:%d %s>".formatted(seen, connect.getLocalPort(), destination));

      byte[] host =
          InetAddress.getByName(destination.substring(0, destination.lastIndexOf(':')))
              .getAddress();
      say(socks, "\u0005\u0001\u0000\u0005\u0001\u0000" + (host.length == 4 ? "\u0001" : "\u0004"));
      say(socks, new String(host, ISO_8859_1) + "\u001bY" + GET);
      assertThat(hear(socks, ">"))
          .endsWith("<%s:%d %s>".formatted(seen, socks.getLocalPort(), destination));
    }
  }

  @ParameterizedTest
  @EnumSource
  void parentsGetOneThatWantIt(HeaderVersion version, NetworkNamespace ns) throws Exception {
    Parent parent =
        new Parent("corp", Parent.Protocol.HTTP, "127.0.0.1", 7001, null, version, null);
    try (ExplicitHarness door = new ExplicitHarness(ns, Doors.with(parent));
        Program _ = Program.haproxy(ns, folder, 7001, ANSWERS_WITH_BOTH_ENDS);
        Socket client = door.connect()) {
      say(client, "GET http://origin.test/ HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(hear(client, ">"))
          .endsWith("<127.0.0.1:%d 127.0.0.1:3128>".formatted(client.getLocalPort()));
    }
  }
}
