package io.finward.nat.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.nat.Examples;
import io.finward.nat.rule.Family;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.RuleSwitches;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the wall does by itself: with time, with strangers, with legs and rules that are others'.
 */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class WallLifeIT {
  @TempDir Path state;

  @ParameterizedTest
  @EnumSource(Family.class)
  void aHeartbeatThatRunsOutMakesItRefuse(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    apply(gateway, Examples.redirect(RuleSwitches.ALL));
    try (ServerSocket proxy = Lab.listen(gateway, 8080)) {
      Socket late = halfClosed(client, family, proxy);
      gateway.run("nft", "add element inet finward alive { tcp timeout 3s }");
      gateway.run("conntrack", "-F");

      late.shutdownOutput();

      await().untilAsserted(() -> assertThat(lab.counter("wall_prerouting")).isPositive());
      assertThat(sockets(client)).as("dropped while it lives").contains("LAST-ACK");
      // Nobody takes the element away: the kernel does, and the FIN that is sent again is refused.
      await().untilAsserted(() -> assertThat(sockets(client)).doesNotContain("LAST-ACK"));
      assertThat(lab.reachedServer()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void aStrangerIsRefusedAndNobodyElseWhileTheDaemonLives(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    Nat nat = apply(gateway, Examples.redirect(RuleSwitches.ALL));
    try (ServerSocket proxy = Lab.listen(gateway, 8080);
        Heartbeat heartbeat = gateway.call(() -> nat.startHeartbeat(() -> {}).orElseThrow())) {
      Socket stranger = halfClosed(client, family, proxy);
      Socket known = halfClosed(client, family, proxy);
      gateway.run("conntrack", "-F");
      heartbeat.declareStranger(
          (InetSocketAddress) stranger.getLocalSocketAddress(),
          (InetSocketAddress) stranger.getRemoteSocketAddress());
      await()
          .until(() ->
              gateway
                  .run("nft", "list set inet finward strangers" + family.version())
                  .contains(" . " + stranger.getLocalPort() + " . "));

      known.shutdownOutput();
      await().untilAsserted(() -> assertThat(sockets(client)).contains("LAST-ACK"));
      stranger.shutdownOutput();

      await()
          .untilAsserted(() ->
              assertThat(sockets(client)).doesNotContain(":" + stranger.getLocalPort() + " "));
      assertThat(sockets(client)).containsPattern("LAST-ACK.*:" + known.getLocalPort() + " ");
      assertThat(lab.reachedServer()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void theLeaseIsOnMarkedUpstreamLegsOnly(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab.connect(client, gateway, server);
    apply(gateway, Examples.redirect(RuleSwitches.ALL));
    String outside = family == Family.IPV4 ? "198.51.100.1" : "2001:db8:2::1";
    try (ServerSocket web = Lab.listen(server, 80);
        RawSocket marked = RawSocket.transparent(gateway, outside, 0);
        RawSocket plain = RawSocket.transparent(gateway, outside, 0)) {
      marked.mark(Marks.UPSTREAM);
      marked.connect(Lab.server(family), 80);
      int markedPort = exchange(web, marked);
      plain.connect(Lab.server(family), 80);
      int plainPort = exchange(web, plain);

      long lease = Examples.LEASE.open().toSeconds();
      assertThat(timeout(gateway, family, markedPort)).isBetween((int) lease - 60, (int) lease);
      assertThat(timeout(gateway, family, plainPort))
          .as("nf_conntrack_tcp_timeout_established")
          .isBetween(431_000, 432_000);
    }
  }

  /** TPROXY by the administrator's iptables and routing rules: we add the wall and the lease. */
  @ParameterizedTest
  @EnumSource(Family.class)
  void theAdministratorsTproxyKeepsWorkingBehindTheWall(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    administratorsTproxy(gateway, family);
    apply(gateway, Examples.tproxy(new RuleSwitches(false, true, true)));
    try (RawSocket listener = RawSocket.transparent(gateway, "::", 8081).listen()) {
      Socket dialled = Lab.dial(client, Lab.server(family), 80);
      RawSocket accepted = listener.accept();
      accepted.write('a');
      assertThat(dialled.getInputStream().read()).isEqualTo('a');
      gateway.run("conntrack", "-F");

      dialled.shutdownOutput();

      assertThat(accepted.read()).as("the late FIN reaches its socket").isEqualTo(-1);
      assertThat(lab.reachedServer()).isZero();
      accepted.close();
      // Their rule goes; what it took is nobody's any more, and must not be forwarded.
      gateway.run(iptables(family), "-t", "mangle", "-F", "PREROUTING");
      dialled.close();
      assertThat(refused(client, family)).isTrue();
      assertThat(lab.reachedServer()).isZero();
      assertThat(lab.counter("leaks_to_server")).isZero();
    }
  }

  private static void administratorsTproxy(NetworkNamespace gateway, Family family)
      throws IOException {
    String ip = family == Family.IPV4 ? "-4" : "-6";
    gateway.run("ip", ip, "rule", "add", "fwmark", "1", "lookup", "100");
    gateway.run("ip", ip, "route", "add", "local", "default", "dev", "lo", "table", "100");
    gateway.run(
        iptables(family),
        "-t",
        "mangle",
        "-A",
        "PREROUTING",
        "-p",
        "tcp",
        "-d",
        Lab.server(family),
        "-j",
        "TPROXY",
        "--on-port",
        "8081",
        "--tproxy-mark",
        "1");
  }

  private static String iptables(Family family) {
    return family == Family.IPV4 ? "iptables" : "ip6tables";
  }

  private static boolean refused(NetworkNamespace client, Family family) {
    try (Socket dialled = Lab.dial(client, Lab.server(family), 80)) {
      return !dialled.isConnected();
    } catch (IOException e) {
      return String.valueOf(e.getMessage()).contains("refused");
    }
  }

  /** A session whose proxy has ended its side. */
  private static Socket halfClosed(NetworkNamespace client, Family family, ServerSocket proxy)
      throws IOException {
    Socket dialled = Lab.dial(client, Lab.server(family), 80);
    proxy.accept().shutdownOutput();
    assertThat(dialled.getInputStream().read()).isEqualTo(-1);
    return dialled;
  }

  /** Both ways, so that the entry is ASSURED; returns the port the server sees. */
  private static int exchange(ServerSocket web, RawSocket upstream) throws IOException {
    Socket served = web.accept();
    upstream.write('u');
    assertThat(served.getInputStream().read()).isEqualTo('u');
    served.getOutputStream().write('s');
    assertThat(upstream.read()).isEqualTo('s');
    return served.getPort();
  }

  private static int timeout(NetworkNamespace gateway, Family family, int port) throws IOException {
    String listed =
        gateway.run(
            "conntrack",
            "-L",
            "-f",
            "ipv" + family.version(),
            "-p",
            "tcp",
            "--orig-port-src",
            Integer.toString(port));
    // What it says of itself comes before or after.
    String entry = listed.lines().filter(line -> line.startsWith("tcp ")).findFirst().orElseThrow();
    return Integer.parseInt(entry.split(" +", -1)[2]);
  }

  private static String sockets(NetworkNamespace where) throws IOException {
    return where.run("ss", "-Htan");
  }

  private Nat apply(NetworkNamespace gateway, NatSettings settings) throws IOException {
    Nat nat = new Nat(settings, state);
    return gateway.call(() -> {
      nat.apply();
      return nat;
    });
  }
}
