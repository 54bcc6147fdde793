package io.finward.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tunnel must keep of TCP: the ends of each direction, the resets, every byte. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class TunnelIT {
  private static final byte[] LARGE = Bytes.random(20 << 20, 1);

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void relaysBothDirectionsAndBothFins(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      client.getOutputStream().write("question".getBytes(US_ASCII));
      assertThat(server.getInputStream().readNBytes(8)).asString().isEqualTo("question");
      server.getOutputStream().write("answer".getBytes(US_ASCII));
      server.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
      await().until(() -> harness.events.contains(new SessionEvent.FinAcknowledged(Side.CLIENT)));
      client.shutdownOutput();
      assertThat(server.getInputStream().read()).isEqualTo(-1);

      await().until(() -> harness.ended(EndReason.FINISHED));
      assertThat(harness.events)
          .containsSubsequence(
              new SessionEvent.FinReceived(Side.SERVER),
              new SessionEvent.FinSent(Side.CLIENT),
              new SessionEvent.FinAcknowledged(Side.CLIENT),
              new SessionEvent.FinReceived(Side.CLIENT))
          .doesNotContain(new SessionEvent.FinAcknowledged(Side.SERVER));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aSlowReaderThatHalfClosedGetsEveryByte(String address, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      client.getOutputStream().write('?');
      client.shutdownOutput();
      assertThat(server.getInputStream().readAllBytes()).hasSize(1);
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(() -> {
            try {
              server.getOutputStream().write(LARGE);
              server.shutdownOutput();
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });

      byte[] got = Bytes.readSlowly(client, 3000);

      assertThat(Bytes.digest(got)).isEqualTo(Bytes.digest(LARGE));
      sending.join();
      await().until(() -> harness.ended(EndReason.FINISHED));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aServerThatEndsFirstStillGetsTheWholeUpload(String address, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      server.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(() -> {
            try {
              client.getOutputStream().write(LARGE);
              client.shutdownOutput();
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });

      byte[] got = Bytes.readSlowly(server, 100_000);

      assertThat(Bytes.digest(got)).isEqualTo(Bytes.digest(LARGE));
      sending.join();
      await().until(() -> harness.ended(EndReason.FINISHED));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aResetComesAfterTheBytesThatWereDeliveredBeforeIt(String address, NetworkNamespace ns)
      throws Exception {
    byte[] data = Bytes.random(200_000, 2);
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      server.getOutputStream().write(data);
      // The proxy has them all once its count says so; only then may the RST follow.
      await().until(() -> harness.sessions().list().join().getFirst().bytesFromServer() >= 200_000);
      Bytes.reset(server);

      assertThat(client.getInputStream().readNBytes(data.length)).isEqualTo(data);
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      await().until(() -> harness.ended(EndReason.RESET_BY_SERVER));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aClientsResetReachesTheServerAsReset(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      client.getOutputStream().write('x');
      assertThat(server.getInputStream().read()).isEqualTo('x');
      Bytes.reset(client);

      assertThatThrownBy(() -> server.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      await().until(() -> harness.ended(EndReason.RESET_BY_CLIENT));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aResetAfterAFinIsPassedOnToo(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      client.shutdownOutput();
      assertThat(server.getInputStream().read()).isEqualTo(-1);
      Bytes.reset(client);

      await()
          .untilAsserted(() ->
              assertThatThrownBy(() -> server.getOutputStream().write('x'))
                  .isInstanceOf(SocketException.class));
      await().until(() -> harness.ended(EndReason.RESET_BY_CLIENT));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void urgentDataBeforeAFinLosesNothing(String address, NetworkNamespace ns) throws Exception {
    byte[] data = Bytes.random(200_000, 3);
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      server.setOOBInline(true);
      client.getOutputStream().write(data);
      client.sendUrgentData('!');
      client.getOutputStream().write(data);
      client.shutdownOutput();

      byte[] got = server.getInputStream().readAllBytes();

      assertThat(got).hasSize(400_001);
      assertThat(got[200_000]).isEqualTo((byte) '!');
      server.shutdownOutput();
      await().until(() -> harness.ended(EndReason.FINISHED));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void urgencyItselfIsPassedOn(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      // Without OOBINLINE the urgent byte stays out of the stream, if it is still urgent there.
      client.getOutputStream().write("ab".getBytes(US_ASCII));
      client.sendUrgentData('!');
      client.getOutputStream().write("cd".getBytes(US_ASCII));
      client.shutdownOutput();

      assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("abcd");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aReaderThatStallsStopsTheSender(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      Thread writer =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try {
                  for (int i = 0; i < 20; i++) {
                    client.getOutputStream().write(LARGE);
                  }
                } catch (IOException e) {
                  // The end of the test closes the socket.
                }
              });
      // The writer is stuck once the proxy's count stands still.
      long[] last = {-1};
      await()
          .pollInterval(Duration.ofMillis(300))
          .until(() -> {
            long now = harness.sessions().list().join().getFirst().bytesFromClient();
            boolean still = now == last[0] && now > 0;
            last[0] = now;
            return still;
          });

      // The receiver's largest buffer (tcp_rmem), our send buffer (tcp_wmem), one pipe, one read.
      assertThat(last[0]).isLessThan(64L << 20);
      assertThat(writer.isAlive()).isTrue();
      assertThat(server.isClosed()).isFalse();
    }
  }
}
