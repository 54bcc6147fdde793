package io.finward.conntrack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.conntrack.Gateway.Family;
import io.finward.conntrack.Gateway.Session;
import io.finward.conntrack.message.Tuple;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Late packets against the real kernel, without the proxy: translated, in both directions. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class ShadowConntrackIT {
  @ParameterizedTest
  @EnumSource
  void aLateFinAfterAFlushIsTranslatedAndAcknowledged(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    try (Gateway here = silent(family, client, gateway, server)) {
      Session session = here.connect(40000, 80);
      here.finishedByProxy(session);
      assertThat(session.client().getInputStream().read()).isEqualTo(-1);

      here.flush();
      session.client().close();

      assertThat(session.proxy().getInputStream().read()).as("the FIN has come").isEqualTo(-1);
      noSocketOfTheClientIsLeftWaiting(here);
      assertThat(here.late()).contains("fin client expired translated");
      assertThat(here.leaked()).isZero();
      session.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void lateDataOfTheProxyReachesTheClient(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    try (Gateway here = silent(family, client, gateway, server)) {
      Session session = here.connect(40000, 80);

      here.flush();
      session.proxy().getOutputStream().write("late".getBytes(US_ASCII));

      assertThat(session.client().getInputStream().readNBytes(4)).asString().isEqualTo("late");
      assertThat(here.late()).contains("data proxy expired translated");
      assertThat(here.leaked()).isZero();
      session.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLateFinOfTheProxyReachesTheClient(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    try (Gateway here = silent(family, client, gateway, server)) {
      Session session = here.connect(40000, 80);

      here.flush();
      session.proxy().shutdownOutput();

      assertThat(session.client().getInputStream().read()).isEqualTo(-1);
      assertThat(here.late()).contains("fin proxy expired translated");
      session.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLiveFlowGetsItsEntryAgainWithoutAnyPacket(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    try (Gateway here = telling(family, client, gateway, server)) {
      Session session = here.connect(40000, 80);

      here.flush();

      Awaitility.await().until(() -> here.entries().contains("sport=40000"));
      assertThat(here.entries()).contains("sport=8080 dport=40000");
      assertThat(here.late()).isEmpty();
      session.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLateResetIsActedOnFromItsCopy(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    try (Gateway here = silent(family, client, gateway, server)) {
      Session session = here.connect(40000, 80);

      here.flush();
      session.client().setSoLinger(true, 0);
      session.client().close();

      Awaitility.await().until(() -> here.resets.contains("client 40000"));
      assertThat(here.late()).contains("rst client expired reset");
      assertThat(here.leaked()).isZero();
      session.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aParkedFlowsLateFinIsTranslated(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    try (Gateway here = telling(family, client, gateway, server)) {
      Session session = here.connect(40000, 80);
      here.finishedByProxy(session);
      session.proxy().close();
      here.onShard(() -> session.flow().park());

      here.flush();
      session.client().close();

      Awaitility.await().until(() -> here.late().contains("fin client flushed translated"));
      noSocketOfTheClientIsLeftWaiting(here);
      assertThat(here.leaked()).isZero();
      assertThat(here.shadow.stats().get(5, SECONDS).flows().parked()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStrangerIsDeclared(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    try (Gateway here = silent(family, client, gateway, server)) {
      Session session = here.connect(40000, 80);
      Tuple original = here.known(session).original();
      here.onShard(() -> session.flow().forget());

      here.flush();
      session.client().shutdownOutput();

      Awaitility.await().until(() -> here.strangers.contains(original));
      assertThat(here.late()).contains("fin client stranger reset");
      assertThat(here.leaked()).isZero();
      session.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientPortThatTheKernelChangedIsKnownAndRestored(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    try (Gateway here = telling(family, client, gateway, server)) {
      Session first = here.connect(40000, 80);
      // The second connection from that port, to another port of the server: one tuple too many.
      Session second = here.connect(40000, 81);

      Awaitility.await().until(() -> here.known(second).original().sourcePort() == 40000);
      assertThat(((InetSocketAddress) second.proxy().getRemoteSocketAddress()).getPort())
          .isNotEqualTo(40000);

      here.flush();
      second.client().getOutputStream().write(7);
      first.client().getOutputStream().write(8);

      assertThat(second.proxy().getInputStream().read()).isEqualTo(7);
      assertThat(first.proxy().getInputStream().read()).isEqualTo(8);
      first.close();
      second.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHalfClosedFlowOutlivesTheKernelsTimeout(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    gateway.run(
        "sysctl",
        "-qw",
        "net.netfilter.nf_conntrack_tcp_timeout_close_wait=3",
        "net.netfilter.nf_conntrack_tcp_timeout_fin_wait=3");
    ShadowSettings leased =
        new ShadowSettings(
            5,
            Duration.ofHours(1),
            true,
            "finward:remap",
            "finward:syn",
            "finward:usyn",
            0x46570001,
            0x46570002,
            0.8,
            0.9);
    try (Gateway here = new Gateway(family, client, gateway, server, leased)) {
      Session session = here.connect(40000, 80);
      here.finishedByProxy(session);

      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> here.shadow.stats().get(5, SECONDS).leasesRenewed() >= 6);

      assertThat(here.entries()).contains("sport=40000");
      session.client().close();
      assertThat(session.proxy().getInputStream().read()).isEqualTo(-1);
      assertThat(here.late()).isEmpty();
      session.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anUpstreamLegBehindSourceNatKeepsItsOuterAddress(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    try (Gateway here = telling(family, client, gateway, server)) {
      Gateway.Session leg = here.dial(45000);
      assertThat(((InetSocketAddress) leg.proxy().getRemoteSocketAddress()).getAddress())
          .as("the server sees the gateway's outer address")
          .isEqualTo(InetAddress.ofLiteral(family.outside));

      here.flush();
      leg.client().getOutputStream().write(1);
      leg.client().shutdownOutput();

      assertThat(leg.proxy().getInputStream().read()).isEqualTo(1);
      assertThat(leg.proxy().getInputStream().read()).isEqualTo(-1);
      Awaitility.await()
          .until(() ->
              here.known(leg).reply().destination().equals(InetAddress.ofLiteral(family.outside)));
      leg.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHundredFlushedSessionsAreAllThereAgain(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    try (Gateway here = telling(family, client, gateway, server)) {
      List<Session> sessions = new ArrayList<>();
      for (int port = 41000; port < 41100; port++) {
        sessions.add(here.connect(port, 80));
      }

      here.flush();
      for (Session session : sessions) {
        session.client().getOutputStream().write(1);
        session.proxy().getOutputStream().write(2);
      }

      for (Session session : sessions) {
        assertThat(session.proxy().getInputStream().read()).isEqualTo(1);
        assertThat(session.client().getInputStream().read()).isEqualTo(2);
      }
      assertThat(here.leaked()).isZero();
      for (Session session : sessions) {
        session.close();
      }
    }
  }

  /** The kernel tells of destroyed entries: live flows get theirs again before any packet. */
  private static Gateway telling(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    gateway.run("sysctl", "-qw", "net.netfilter.nf_conntrack_events=1");
    return new Gateway(family, client, gateway, server, ShadowSettings.defaults());
  }

  /** It does not, as for flows older than the listener: only the late packet itself tells. */
  private static Gateway silent(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws Exception {
    gateway.run("sysctl", "-qw", "net.netfilter.nf_conntrack_events=0");
    return new Gateway(family, client, gateway, server, ShadowSettings.defaults());
  }

  private static void noSocketOfTheClientIsLeftWaiting(Gateway here) {
    Awaitility.await()
        .until(() -> !here.client.run("ss", "-Htan").matches("(?s).*(LAST-ACK|CLOSE-WAIT).*"));
  }
}
