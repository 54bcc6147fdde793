package io.finward.proxy;

import static io.finward.proxy.ExplicitHarness.hear;
import static io.finward.proxy.ExplicitHarness.hearAll;
import static io.finward.proxy.ExplicitHarness.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.Condition;
import io.finward.proxy.access.NameSet;
import io.finward.proxy.header.HeaderVersion;
import io.finward.proxy.listen.ProxyProtocol;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.upstream.Parent;
import io.finward.proxy.upstream.Parent.Protocol;
import io.finward.proxy.upstream.Route;
import io.finward.proxy.upstream.Routes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Redirected sessions that go through parents: tinyproxy, microsocks, another Finward, and a parent
 * of ours that says what a test wants.
 */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class InterceptedParentsIT {
  private static final Parent.Login LOGIN = new Parent.Login("gateway", "secret");

  /** Nobody's: the connections of parents run as this user are not redirected. */
  private static final int NOBODY = 65_534;

  @TempDir private Path folder;

  private static ProxyHarness gateway(NetworkNamespace ns, String address, Parent... parents)
      throws Exception {
    ProxyHarness harness =
        ProxyHarness.start(ns, address, AccessPolicy.OPEN, Doors.with(parents), ProxyProtocol.NONE);
    ns.run("nft", "insert rule inet t out meta skuid %d accept".formatted(NOBODY));
    return harness;
  }

  private Program tinyproxy(NetworkNamespace ns, int port) throws Exception {
    Path file = folder.resolve("tinyproxy.conf");
    Files.writeString(
        file,
        """
        User nobody
        Port %d
        Listen 127.0.0.1
        Timeout 20
        MaxClients 10
        ConnectPort 7000
        BasicAuth gateway secret
        """
            .formatted(port));
    return Program.start(ns, folder, port, "tinyproxy", "-d", "-c", file.toString());
  }

  private Program microsocks(NetworkNamespace ns, int port) throws Exception {
    return Program.start(
        ns,
        folder,
        port,
        "setpriv",
        "--reuid=" + NOBODY,
        "--clear-groups",
        "microsocks",
        "-i",
        "127.0.0.1",
        "-p",
        Integer.toString(port),
        "-u",
        "gateway",
        "-P",
        "secret");
  }

  private static void assertTalk(ProxyHarness harness) throws Exception {
    try (Socket client = harness.connect();
        Socket server = harness.accept()) {
      say(client, "ping");
      assertThat(hear(server, "ping")).isEqualTo("ping");
      say(server, "pong");
      assertThat(hear(client, "pong")).isEqualTo("pong");
      SessionSnapshot session = harness.sessions().list().join().getFirst();
      assertThat(session.originalDestination().getPort()).isEqualTo(ProxyHarness.SERVER_PORT);
      assertThat(session.upstream().getPort()).isEqualTo(9000);
      assertThat(session.bytesFromClient()).isEqualTo(4);
      assertThat(session.bytesFromServer()).isEqualTo(4);
    }
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void goThroughTinyproxyWhenTheFirstParentIsDown(String address, NetworkNamespace ns)
      throws Exception {
    Parent down = Doors.parent(Protocol.SOCKS5, "127.0.0.1", 9009, null);
    try (ProxyHarness harness =
            gateway(ns, address, down, Doors.parent(Protocol.HTTP, "127.0.0.1", 9000, LOGIN));
        Program _ = tinyproxy(ns, 9000)) {
      assertTalk(harness);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void goThroughMicrosocks(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness =
            gateway(ns, address, Doors.parent(Protocol.SOCKS5, "127.0.0.1", 9000, LOGIN));
        Program _ = microsocks(ns, 9000)) {
      assertTalk(harness);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // It does not allow the port; the password is wrong: the parent's word is final.
    "HTTP, secret, 7001",
    "HTTP, wrong, 7000",
    "SOCKS5, wrong, 7000",
    "SOCKS5, secret, 7001",
  })
  void aRefusalIsAReset(Protocol protocol, String password, int port, NetworkNamespace ns)
      throws Exception {
    Parent.Login login = new Parent.Login("gateway", password);
    try (ProxyHarness harness =
            gateway(ns, "127.0.0.1", Doors.parent(protocol, "127.0.0.1", 9000, login));
        Program _ = protocol == Protocol.HTTP ? tinyproxy(ns, 9000) : microsocks(ns, 9000);
        Socket client = harness.connect(port)) {
      assertReset(client);
      await().until(() -> harness.ended(EndReason.CONNECT_REFUSED));
    }
  }

  @Test
  void withoutAnyParentThereTheClientIsReset(NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness =
            gateway(
                ns,
                "127.0.0.1",
                Doors.parent(Protocol.HTTP, "127.0.0.1", 9008, null),
                Doors.parent(Protocol.SOCKS5, "::1", 9009, null));
        Socket client = harness.connect()) {
      assertReset(client);
      await().until(() -> harness.ended(EndReason.CONNECT_REFUSED));
      assertThat(harness.sessions().open()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void halfCloseAndResetReachTheOtherEndThroughFinward(Protocol protocol, NetworkNamespace ns)
      throws Exception {
    // Its own connections have the mark, and so are not redirected.
    try (ProxyHarness harness =
            gateway(ns, "127.0.0.2", Doors.parent(protocol, "127.0.0.1", 3128, null));
        ExplicitHarness _ = new ExplicitHarness(ns, AccessPolicy.OPEN)) {
      try (Socket client = harness.connect();
          Socket server = harness.accept()) {
        say(client, "ping");
        client.shutdownOutput();
        assertThat(hearAll(server)).isEqualTo("ping");
        say(server, "pong");
        server.shutdownOutput();
        assertThat(hearAll(client)).isEqualTo("pong");
      }
      await().until(() -> harness.ended(EndReason.FINISHED));
      try (Socket client = harness.connect();
          Socket server = harness.accept()) {
        say(client, "ping");
        assertThat(hear(server, "ping")).isEqualTo("ping");
        Bytes.reset(client);
        assertReset(server);
      }
      await().until(() -> harness.ended(EndReason.RESET_BY_CLIENT));
      try (Socket client = harness.connect();
          Socket server = harness.accept()) {
        say(server, "pong");
        assertThat(hear(client, "pong")).isEqualTo("pong");
        Bytes.reset(server);
        assertReset(client);
      }
      await().until(() -> harness.ended(EndReason.RESET_BY_SERVER));
    }
  }

  @ParameterizedTest
  @CsvSource({"origin.test, 3128", "other.test, 7000"})
  void aRouteByNameHasTheClientLookedAt(String host, int upstream, NetworkNamespace ns)
      throws Exception {
    NameSet names = NameSet.of(List.of("origin.test"));
    Routes routes =
        new Routes(
            List.of(
                new Route(
                    new Condition.Name(() -> names),
                    List.of(Doors.parent(Protocol.HTTP, "127.0.0.1", 3128, null)))));
    try (ProxyHarness harness =
            ProxyHarness.start(
                ns, "127.0.0.2", AccessPolicy.OPEN, Doors.with(routes), ProxyProtocol.NONE);
        ExplicitHarness _ = new ExplicitHarness(ns, AccessPolicy.OPEN);
        Socket client = harness.connect()) {
      String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
      say(client, request);
      try (Socket server = harness.accept()) {
        assertThat(hear(server, "\r\n\r\n")).isEqualTo(request);
        SessionSnapshot session = harness.sessions().list().join().getFirst();
        assertThat(session.upstream().getPort()).isEqualTo(upstream);
        assertThat(session.originalDestination().getPort()).isEqualTo(ProxyHarness.SERVER_PORT);
      }
    }
  }

  @Test
  void megabytesCrossWhole(NetworkNamespace ns) throws Exception {
    byte[] sent = Bytes.random(8 << 20, 1);
    try (ProxyHarness harness =
            gateway(ns, "127.0.0.2", Doors.parent(Protocol.HTTP, "127.0.0.1", 3128, null));
        ExplicitHarness _ = new ExplicitHarness(ns, AccessPolicy.OPEN);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  client.getOutputStream().write(sent);
                  client.shutdownOutput();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      assertThat(Bytes.digest(server.getInputStream().readAllBytes()))
          .isEqualTo(Bytes.digest(sent));
      writer.join();
    }
  }

  @Test
  void whatTheServerSaysWithTheParentsAnswerIsKept(NetworkNamespace ns) throws Exception {
    try (ServerSocket listening = parent(ns);
        ProxyHarness harness =
            gateway(
                ns,
                "127.0.0.1",
                new Parent(
                    "told", Protocol.HTTP, "127.0.0.1", 9000, LOGIN, HeaderVersion.V1, null));
        Socket client = harness.connect();
        Socket asked = listening.accept()) {
      say(client, "early");
      assertThat(hear(asked, "\r\n\r\n"))
          .isEqualTo(
              """
              PROXY TCP4 127.0.0.1 127.0.0.1 %d 7000\r
              CONNECT 127.0.0.1:7000 HTTP/1.1\r
              Host: 127.0.0.1:7000\r
              Proxy-Authorization: Basic Z2F0ZXdheTpzZWNyZXQ=\r
              \r
              """
                  .formatted(client.getLocalPort()));
      say(asked, "HTTP/1.1 200 OK\r\nX: y\r\n\r\n220 hello\n");
      assertThat(hear(client, "\n")).isEqualTo("220 hello\n");
      assertThat(hear(asked, "early")).isEqualTo("early");
      SessionSnapshot session = harness.sessions().list().join().getFirst();
      assertThat(session.bytesFromServer()).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-x\r\n\r\n\r\n", "HTTP/1.1 200"})
  void aParentThatDoesNotSpeakItsProtocolMakesWay(String says, NetworkNamespace ns)
      throws Exception {
    try (ServerSocket broken = parent(ns);
        ProxyHarness harness =
            gateway(
                ns,
                "127.0.0.2",
                Doors.parent(Protocol.HTTP, "127.0.0.1", 9000, null),
                Doors.parent(Protocol.HTTP, "127.0.0.1", 3128, null));
        ExplicitHarness _ = new ExplicitHarness(ns, AccessPolicy.OPEN);
        Socket client = harness.connect()) {
      try (Socket asked = broken.accept()) {
        assertThat(hear(asked, "\r\n\r\n")).startsWith("CONNECT 127.0.0.2:7000 ");
        say(asked, says);
      }
      try (Socket server = harness.accept()) {
        say(client, "ping");
        assertThat(hear(server, "ping")).isEqualTo("ping");
      }
    }
  }

  @Test
  void aClientThatResetsMeanwhileFreesTheParent(NetworkNamespace ns) throws Exception {
    try (ServerSocket listening = parent(ns);
        ProxyHarness harness =
            gateway(ns, "127.0.0.1", Doors.parent(Protocol.HTTP, "127.0.0.1", 9000, null))) {
      Socket client = harness.connect();
      try (Socket asked = listening.accept()) {
        assertThat(hear(asked, "\r\n\r\n")).startsWith("CONNECT ");
        Bytes.reset(client);
        assertThat(hearAll(asked)).isEmpty();
      }
      await().until(() -> harness.ended(EndReason.RESET_BY_CLIENT));
      assertThat(harness.sessions().open()).isZero();
    }
  }

  private static ServerSocket parent(NetworkNamespace ns) throws Exception {
    ServerSocket socket =
        ns.call(() -> new ServerSocket(9000, 50, InetAddress.getLoopbackAddress()));
    socket.setSoTimeout(10_000);
    return socket;
  }
}
