package io.finward.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.finward.linux.libc.KernelException;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.door.ExplicitSettings;
import io.finward.proxy.intercept.OriginalClient;
import io.finward.proxy.limit.Admission;
import io.finward.proxy.limit.ProxyLimits;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.SourceAddress;
import io.finward.proxy.opening.OpeningSettings;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.session.Side;
import io.finward.proxy.upstream.DialSettings;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How sessions are refused, limited, and ended by clocks and operators. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class OpeningAndEndingIT {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aRefusedConnectReachesTheClientAsReset(String address, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        Socket client = harness.connect(7001)) {
      assertReset(client);
      await().until(() -> harness.ended(EndReason.CONNECT_REFUSED));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void anUnreachableDestinationReachesTheClientAsReset(String address, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address)) {
      rule(ns, "meta mark %d tcp dport 7002 reject with icmpx type admin-prohibited");
      try (Socket client = harness.connect(7002)) {
        assertReset(client);
        await().until(() -> harness.ended(EndReason.CONNECT_UNREACHABLE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aSilentDestinationReachesTheClientAsResetInTime(String address, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address)) {
      rule(ns, "meta mark %d tcp dport 7003 drop");
      try (Socket client = harness.connect(7003)) {
        assertReset(client);
        await().until(() -> harness.ended(EndReason.CONNECT_TIMEOUT));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aClientThatResetsWhileWeConnectIsForgotten(String address, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address)) {
      rule(ns, "meta mark %d tcp dport 7003 drop");
      Socket client = harness.connect(7003);
      await().until(() -> harness.sessions().open() == 1);
      Bytes.reset(client);
      await().until(() -> harness.ended(EndReason.RESET_BY_CLIENT));
      assertThat(harness.sessions().open()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void clientsThatResetAtAnyStepLeaveNothingBehind(String address, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address)) {
      for (int i = 0; i < 100; i++) {
        Socket client = harness.connect();
        if (i % 4 > 0) {
          client.getOutputStream().write(Bytes.random(i * 100, i));
        }
        if (i % 4 == 2) {
          client.shutdownOutput();
        }
        if (i % 4 == 3) {
          await().until(() -> harness.sessions().open() > 0);
        }
        Bytes.reset(client);
      }
      await().until(() -> harness.sessions().open() == 0);

      // Those that were connected before their RST still wait in the server's backlog.
      harness.server.close();
      assertThat(harness.sessions().halfClosed()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aDirectDialOfTheRedirectPortIsRefusedAsLoop(String address, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        Socket client = harness.connect(ProxyHarness.PROXY_PORT)) {
      assertReset(client);
      await().until(() -> harness.ended(EndReason.LOOP));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void whatARuleDeniesIsResetAndTheRestIsServed(String address, NetworkNamespace ns)
      throws Exception {
    AccessPolicy notTo7001 =
        request ->
            request.port() == 7001
                    && request.client().isLoopbackAddress()
                    && request.listener().equals("web")
                ? new Verdict.Deny("no 7001")
                : new Verdict.Allow();
    try (ProxyHarness harness = ProxyHarness.start(ns, address, notTo7001);
        Socket denied = harness.connect(7001);
        Socket allowed = harness.connect();
        Socket server = harness.accept()) {
      assertReset(denied);
      await().until(() -> harness.ended(EndReason.DENIED));
      allowed.getOutputStream().write(7);
      assertThat(server.getInputStream().read()).isEqualTo(7);
      Bytes.reset(allowed);
      await().until(() -> harness.sessions().open() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void atTheLimitNewConnectionsWaitUntilThereIsRoom(String address, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address, limits(2, 100));
        Socket first = harness.connect();
        Socket second = harness.connect()) {
      await().until(() -> harness.sessions().open() == 2);
      try (Socket third = harness.connect()) {
        third.getOutputStream().write('3');
        third.setSoTimeout(300);
        assertThatThrownBy(() -> third.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);
        assertThat(harness.sessions().open()).isEqualTo(2);
        assertThat(second.isConnected()).isTrue();

        Bytes.reset(first);

        await().until(() -> harness.sessions().list().join().getLast().bytesFromClient() == 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aClientPastItsOwnLimitIsReset(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address, limits(100, 1));
        Socket first = harness.connect()) {
      await().until(() -> harness.sessions().open() == 1);
      try (Socket second = harness.connect()) {
        assertReset(second);
        await().until(() -> harness.ended(EndReason.LIMIT));
      }
      Bytes.reset(first);
      await().until(() -> harness.sessions().open() == 0);
      try (Socket third = harness.connect()) {
        await().until(() -> harness.sessions().open() == 1);
        assertThat(third.isConnected()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void theHalfCloseClockParksTheSession(String address, NetworkNamespace ns) throws Exception {
    ProxyLimits limits =
        new ProxyLimits(
            Duration.ofSeconds(2), Duration.ofHours(2), Duration.ofMillis(300), 100, 100, 100);
    try (ProxyHarness harness = ProxyHarness.start(ns, address, limits);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      server.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);

      await().until(() -> harness.ended(EndReason.PARKED));
      assertThat(server.getInputStream().read()).isEqualTo(-1);
      assertThat(harness.sessions().halfClosed()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void pastMaxHeldTheOldestIsParked(String address, NetworkNamespace ns) throws Exception {
    ProxyLimits limits =
        new ProxyLimits(
            Duration.ofSeconds(2), Duration.ofHours(2), Duration.ofMinutes(5), 1, 100, 100);
    try (ProxyHarness harness = ProxyHarness.start(ns, address, limits);
        Socket client = harness.connect();
        Socket server = harness.accept();
        Socket client2 = harness.connect();
        Socket server2 = harness.accept()) {
      server.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      server2.shutdownOutput();
      assertThat(client2.getInputStream().read()).isEqualTo(-1);

      await().until(() -> harness.ended(EndReason.PARKED));
      await().during(Duration.ofMillis(500)).until(() -> harness.sessions().halfClosed() == 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void anIdleSessionIsResetOnBothSides(String address, NetworkNamespace ns) throws Exception {
    ProxyLimits limits =
        new ProxyLimits(
            Duration.ofSeconds(2), Duration.ofMillis(300), Duration.ofMinutes(5), 100, 100, 100);
    try (ProxyHarness harness = ProxyHarness.start(ns, address, limits);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      assertReset(client);
      assertReset(server);
      await().until(() -> harness.ended(EndReason.IDLE));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void sessionsAreListedAndKilled(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      server.getOutputStream().write('s');
      server.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo('s');
      await().until(() -> harness.sessions().halfClosed() == 1);

      SessionSnapshot session = harness.sessions().list().join().getFirst();
      assertThat(session.client()).isEqualTo(client.getLocalSocketAddress());
      assertThat(session.originalDestination())
          .isEqualTo(new InetSocketAddress(harness.address, ProxyHarness.SERVER_PORT));
      assertThat(session.upstreamLocal()).isEqualTo(server.getRemoteSocketAddress());
      assertThat(session.halfClosed()).isTrue();
      assertThat(session.closedFirst()).isEqualTo(Side.SERVER);
      assertThat(session.bytesFromServer()).isEqualTo(1);

      assertThat(harness.sessions().kill(session.id() + 1000).join()).isFalse();
      assertThat(harness.sessions().kill(session.id()).join()).isTrue();
      assertReset(server);
      assertThat(harness.sessions().open()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aPortInUseIsToldInsteadOfShared(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address);
        ServerSocket taken = ns.call(() -> new ServerSocket(7100, 1, harness.address))) {
      for (int port : new int[] {taken.getLocalPort(), ProxyHarness.PROXY_PORT}) {
        ProxySettings settings =
            new ProxySettings(
                List.of(
                    new ListenerSettings(
                        "second",
                        ListenerMode.REDIRECT,
                        new InetSocketAddress(harness.address, port),
                        SourceAddress.GATEWAY)),
                ProxyHarness.LIMITS,
                LoopSettings.of(1),
                new DialSettings(0, false),
                OriginalClient.PEER,
                Admission.ALWAYS,
                AccessPolicy.OPEN,
                OpeningSettings.DEFAULT,
                ExplicitSettings.of(AccessPolicy.OPEN),
                (_, _) -> {});
        assertThatThrownBy(() -> ns.call(() -> Proxy.open(settings, ns.threadFactory())))
            .isInstanceOf(KernelException.class)
            .hasMessageContaining("bind")
            .hasMessageContaining(":" + port)
            .hasMessageContaining("EADDRINUSE");
      }
    }
  }

  private static ProxyLimits limits(int sessions, int perClient) {
    return new ProxyLimits(
        Duration.ofSeconds(2),
        Duration.ofHours(2),
        Duration.ofMinutes(5),
        100,
        sessions,
        perClient);
  }

  private static void rule(NetworkNamespace ns, String rule) throws Exception {
    ns.run(
        "nft",
        "add chain inet t f { type filter hook output priority 0; }; add rule inet t f "
            + rule.formatted(ProxyHarness.MARK));
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }
}
