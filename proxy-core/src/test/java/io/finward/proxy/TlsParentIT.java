package io.finward.proxy;

import static io.finward.proxy.ExplicitHarness.hear;
import static io.finward.proxy.ExplicitHarness.hearAll;
import static io.finward.proxy.ExplicitHarness.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.TlsServer.Identity;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.listen.ProxyProtocol;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.upstream.Parent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Redirected sessions through a parent behind TLS: one of ours that says what a test wants, and
 * HAProxy in front of another Finward.
 */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class TlsParentIT {
  private static final String TLS12 = "TLSv1.2";
  private static final String TLS13 = "TLSv1.3";

  @TempDir private Path folder;
  private Identity identity;

  @BeforeEach
  void makeIdentity(NetworkNamespace ns) throws Exception {
    identity = Identity.make(folder, ns);
  }

  private static ProxyHarness gateway(NetworkNamespace ns, Parent... parents) throws Exception {
    return ProxyHarness.start(
        ns, "127.0.0.2", AccessPolicy.OPEN, Doors.with(parents), ProxyProtocol.NONE);
  }

  private ProxyHarness gateway(NetworkNamespace ns) throws Exception {
    return gateway(ns, identity.parent(TlsServer.PORT, "parent.test"));
  }

  /** A session's two ends, once the parent has let it through. */
  private record Ends(Socket client, Socket plain, SSLSocket server) implements AutoCloseable {
    static Ends open(ProxyHarness harness, TlsServer parent) throws Exception {
      Socket client = harness.connect();
      Socket plain = parent.acceptPlain();
      SSLSocket server = parent.secure(plain);
      assertThat(hear(server, "\r\n\r\n")).startsWith("CONNECT 127.0.0.2:7000 HTTP/1.1\r\n");
      say(server, "HTTP/1.1 200 OK\r\n\r\nearly");
      assertThat(hear(client, "early")).isEqualTo("early");
      return new Ends(client, plain, server);
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
      plain.close();
    }
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @ParameterizedTest
  @ValueSource(strings = {TLS12, TLS13})
  void isToldTheNameAndTheSessionIsLikeAnyOther(String version, NetworkNamespace ns)
      throws Exception {
    try (TlsServer parent = TlsServer.start(ns, identity, version);
        ProxyHarness harness = gateway(ns);
        Ends ends = Ends.open(harness, parent)) {
      assertThat(ends.server.getSession().getProtocol()).isEqualTo(version);
      assertThat(((ExtendedSSLSession) ends.server.getSession()).getRequestedServerNames())
          .hasToString("[type=host_name (0), value=parent.test]");
      say(ends.client, "ping");
      assertThat(hear(ends.server, "ping")).isEqualTo("ping");
      SessionSnapshot session = harness.sessions().list().join().getFirst();
      assertThat(session.upstream().getPort()).isEqualTo(TlsServer.PORT);
      assertThat(session.upstreamLocal()).isEqualTo(ends.plain.getRemoteSocketAddress());
      assertThat(session.bytesFromClient()).isEqualTo(4);
      assertThat(session.bytesFromServer()).isEqualTo(5);
      ends.server.shutdownOutput();
      assertThat(hearAll(ends.client)).isEmpty();
      ends.client.close();
      await().until(() -> harness.ended(EndReason.FINISHED));
    }
  }

  @Test
  void eachSideEndsByItself(NetworkNamespace ns) throws Exception {
    try (TlsServer parent = TlsServer.start(ns, identity, TLS13);
        ProxyHarness harness = gateway(ns)) {
      try (Ends ends = Ends.open(harness, parent)) {
        say(ends.client, "ping");
        ends.client.shutdownOutput();
        assertThat(hearAll(ends.server)).isEqualTo("ping");
        say(ends.server, "pong");
        ends.server.shutdownOutput();
        assertThat(hearAll(ends.client)).isEqualTo("pong");
      }
      await().until(() -> harness.ended(EndReason.FINISHED));
      try (Ends ends = Ends.open(harness, parent)) {
        say(ends.server, "pong");
        ends.server.shutdownOutput();
        assertThat(hearAll(ends.client)).isEqualTo("pong");
        say(ends.client, "ping");
        ends.client.shutdownOutput();
        assertThat(hearAll(ends.server)).isEqualTo("ping");
      }
      await().until(() -> harness.sessions().open() == 0);
    }
  }

  @Test
  void anEndWithoutCloseNotifyIsAReset(NetworkNamespace ns) throws Exception {
    try (TlsServer parent = TlsServer.start(ns, identity, TLS13);
        ProxyHarness harness = gateway(ns);
        Ends ends = Ends.open(harness, parent)) {
      say(ends.server, "half an ans");
      ends.plain.shutdownOutput();
      assertThat(hear(ends.client, "ans")).isEqualTo("half an ans");
      assertReset(ends.client);
      await().until(() -> harness.ended(EndReason.RESET_BY_SERVER));
    }
  }

  @Test
  void resetsCross(NetworkNamespace ns) throws Exception {
    try (TlsServer parent = TlsServer.start(ns, identity, TLS13);
        ProxyHarness harness = gateway(ns)) {
      try (Ends ends = Ends.open(harness, parent)) {
        Bytes.reset(ends.client);
        assertThatThrownBy(() -> ends.server.getInputStream().read()).hasMessageContaining("reset");
      }
      await().until(() -> harness.ended(EndReason.RESET_BY_CLIENT));
      try (Ends ends = Ends.open(harness, parent)) {
        Bytes.reset(ends.plain);
        assertReset(ends.client);
      }
      await().until(() -> harness.ended(EndReason.RESET_BY_SERVER));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {TLS12, TLS13})
  void megabytesCrossWholeInBothDirections(String version, NetworkNamespace ns) throws Exception {
    byte[] sent = Bytes.random(8 << 20, 1);
    try (TlsServer parent = TlsServer.start(ns, identity, version);
        ProxyHarness harness = gateway(ns);
        Ends ends = Ends.open(harness, parent)) {
      Thread up = write(ends.client, sent);
      Thread down = write(ends.server, sent);
      assertThat(Bytes.digest(ends.server.getInputStream().readNBytes(sent.length)))
          .isEqualTo(Bytes.digest(sent));
      assertThat(Bytes.digest(ends.client.getInputStream().readNBytes(sent.length)))
          .isEqualTo(Bytes.digest(sent));
      up.join();
      down.join();
    }
  }

  private static Thread write(Socket to, byte[] bytes) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            to.getOutputStream().write(bytes);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Sockets have some megabytes; whoever kept the rest in memory would take all of it. */
  @Test
  void aParentThatDoesNotReadStopsTheClient(NetworkNamespace ns) throws Exception {
    try (TlsServer parent = TlsServer.start(ns, identity, TLS13);
        ProxyHarness harness = gateway(ns);
        SocketChannel client =
            ns.call(() -> SocketChannel.open(new InetSocketAddress("127.0.0.2", 7000)));
        SSLSocket server = parent.accept()) {
      hear(server, "\r\n\r\n");
      say(server, "HTTP/1.1 200 OK\r\n\r\n");
      client.configureBlocking(false);
      byte[] piece = new byte[64 * 1024];
      long[] taken = {0};
      await()
          .during(Duration.ofMillis(300))
          .until(() -> {
            long before = taken[0];
            for (int i = 0; i < 400; i++) {
              taken[0] += client.write(ByteBuffer.wrap(piece));
            }
            return taken[0] == before;
          });
      assertThat(taken[0]).isLessThan(64 << 20);
      client.shutdownOutput();
      long heard = 0;
      for (int got = 0; got >= 0; got = server.getInputStream().read(piece)) {
        heard += got;
      }
      assertThat(heard).isEqualTo(taken[0]);
      assertThat(harness.sessions().open()).isOne();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wrong name", "unknown authority", "closes", "no TLS", "old TLS"})
  void aParentThatIsNotWhoItMustBeMakesWay(String fault, NetworkNamespace ns) throws Exception {
    Parent secure =
        switch (fault) {
          case "wrong name" -> identity.parent(TlsServer.PORT, "other.test");
          case "unknown authority" -> {
            ns.run("mkdir", folder + "/other");
            yield Identity.make(folder.resolve("other"), ns).parent(TlsServer.PORT, "parent.test");
          }
          default -> identity.parent(TlsServer.PORT, "parent.test");
        };
    try (TlsServer parent =
            TlsServer.start(ns, identity, fault.equals("old TLS") ? "TLSv1.1" : TLS13);
        ProxyHarness harness =
            gateway(ns, secure, Doors.parent(Parent.Protocol.HTTP, "127.0.0.1", 3128, null));
        ExplicitHarness _ = new ExplicitHarness(ns, AccessPolicy.OPEN);
        Socket client = harness.connect()) {
      try (Socket plain = parent.acceptPlain()) {
        switch (fault) {
          case "closes" -> assertThat(plain.getInputStream().read()).isEqualTo(0x16);
          case "no TLS" -> say(plain, "HTTP/1.1 400 Bad Request\r\n\r\n");
          default ->
              assertThatThrownBy(() -> parent.secure(plain).getInputStream().read())
                  .isInstanceOf(SSLException.class);
        }
      }
      try (Socket server = harness.accept()) {
        say(client, "ping");
        assertThat(hear(server, "ping")).isEqualTo("ping");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {TLS12, TLS13})
  void goThroughHaproxy(String version, NetworkNamespace ns) throws Exception {
    String sections =
        """
        listen tls
          mode tcp
          bind 127.0.0.1:9000 ssl crt %s ssl-min-ver %2$s ssl-max-ver %2$s
          server next 127.0.0.1:3128
        """
            .formatted(identity.pem(), version);
    try (ExplicitHarness _ = new ExplicitHarness(ns, AccessPolicy.OPEN);
        Program _ = Program.haproxy(ns, folder, TlsServer.PORT, sections);
        ProxyHarness harness = gateway(ns, identity.parent(TlsServer.PORT, "127.0.0.1"))) {
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
    }
  }
}
