package io.finward.nat.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.finward.linux.libc.KernelException;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.nat.Examples;
import io.finward.nat.codec.ForeignDrop;
import io.finward.nat.rule.Family;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.RuleSwitches;
import io.finward.nat.rule.Tracking;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class NatIT {
  @TempDir Path state;

  @Test
  void removeRestoresEverythingByteForByte(NetworkNamespace gateway) throws IOException {
    gateway.run("nft", "add table inet other; add set inet other s { type ipv4_addr; }");
    gateway.run("ip", "rule", "add", "pref", "21299", "to", "203.0.113.0/24", "blackhole");
    String before = everything(gateway);
    for (NatSettings settings :
        new NatSettings[] {
          Examples.redirect(RuleSwitches.ALL),
          Examples.tproxy(RuleSwitches.ALL),
          Examples.redirectAsClient(),
          Examples.foreignRule(),
          Examples.redirect(new RuleSwitches(true, false, false)),
          Examples.redirect(new RuleSwitches(false, false, true)),
          Examples.tproxy(new RuleSwitches(false, true, false)),
          Examples.redirect(new RuleSwitches(true, true, true, new Tracking(false, true, false))),
          Examples.tproxy(new RuleSwitches(false, false, false, new Tracking(false, true, false))),
          Examples.tproxy(new RuleSwitches(true, true, true, new Tracking(true, false, false))),
          Examples.tproxy(new RuleSwitches(true, true, true, new Tracking(false, false, true)))
        }) {
      Nat nat = new Nat(settings, state);
      apply(gateway, nat);
      assertThat(gateway.call(nat::verify)).isEmpty();
      String once = everything(gateway);
      assertThat(once).isNotEqualTo(before).contains("table inet other");
      apply(gateway, nat);
      assertThat(everything(gateway)).isEqualTo(once);
      gateway.call(() -> {
        nat.remove();
        nat.remove();
        return null;
      });
      assertThat(everything(gateway)).isEqualTo(before);
    }
  }

  @Test
  void verifySaysWhatSomebodyChanged(NetworkNamespace gateway) throws IOException {
    Nat nat = new Nat(Examples.redirect(RuleSwitches.ALL), state);
    apply(gateway, nat);
    gateway.run("nft", "flush chain inet finward forwarded");
    gateway.run("nft", "add element inet finward redirect_ports { 99 }");
    gateway.run("ip", "rule", "del", "pref", "21310", "dport", "80", "ipproto", "tcp");
    gateway.run("sysctl", "-qw", "net.netfilter.nf_conntrack_events=0");

    assertThat(gateway.call(nat::verify))
        .anyMatch(line -> line.startsWith("nft table inet finward lacks in chain forwarded:"))
        .anyMatch(line -> line.contains("has, but should not, in set redirect_ports"))
        .anyMatch(line -> line.startsWith("ip -4 rule is missing: 21310:"))
        .contains("sysctl net.netfilter.nf_conntrack_events is 0 (expected: 1)");

    apply(gateway, nat);
    assertThat(gateway.call(nat::verify)).isEmpty();
  }

  /** Whether there is anything is asked by netlink; one piece alone must be found by it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ip -4 rule add pref 21399 to 203.0.113.0/24 blackhole",
        "ip -6 rule add pref 21300 to 2001:db8:9::/48 blackhole",
        "ip -4 route add local 0.0.0.0/0 dev lo table 21335",
        "ip -6 route add local ::/0 dev lo table 21335",
        "nft add table inet finward"
      })
  void aSinglePieceThatWasLeftIsFoundAndRemoved(String piece, NetworkNamespace gateway)
      throws IOException {
    gateway.run("ip", "rule", "add", "pref", "21299", "to", "203.0.113.0/24", "blackhole");
    gateway.run("ip", "rule", "add", "pref", "21400", "to", "203.0.113.0/24", "blackhole");
    gateway.run("ip", "route", "add", "local", "203.0.113.0/24", "dev", "lo", "table", "21336");
    String before = everything(gateway);
    gateway.run(piece.split(" "));
    assertThat(everything(gateway)).isNotEqualTo(before);

    Nat nat = new Nat(Examples.redirect(RuleSwitches.ALL), state);
    gateway.call(() -> {
      nat.remove();
      return null;
    });

    assertThat(everything(gateway)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void aLateFinIsRefusedWithTheDaemonDeadAndDroppedWhileItLives(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    apply(gateway, new Nat(Examples.redirect(RuleSwitches.ALL), state));
    try (ServerSocket proxy = Lab.listen(gateway, 8080)) {
      Socket late = Lab.dial(client, Lab.server(family), 80);
      Socket accepted = proxy.accept();
      accepted.getOutputStream().write('x');
      assertThat(late.getInputStream().read()).isEqualTo('x');
      accepted.shutdownOutput();
      assertThat(late.getInputStream().read()).isEqualTo(-1);
      gateway.run("nft", "add element inet finward alive { tcp timeout 1h }");
      gateway.run("conntrack", "-F");

      late.shutdownOutput();
      await().untilAsserted(() -> assertThat(lab.counter("wall_prerouting")).isGreaterThan(1));
      assertThat(sockets(client)).contains("LAST-ACK");

      gateway.run("nft", "flush set inet finward alive");
      await().untilAsserted(() -> assertThat(sockets(client)).doesNotContain("LAST-ACK"));
      late.close();
      accepted.close();
      assertThat(lab.reachedServer()).isZero();
      assertThat(lab.counter("leaks_to_server")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void aLateReplyIsStoppedAndADirectDialIsAnswered(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    apply(gateway, new Nat(Examples.redirect(RuleSwitches.ALL), state));
    try (ServerSocket proxy = Lab.listen(gateway, 8080)) {
      Socket direct = Lab.dial(client, Lab.gatewayAddress(family), 8080);
      echo(direct, proxy.accept());
      Socket dialled = Lab.dial(client, Lab.server(family), 8042);
      Socket accepted = proxy.accept();
      echo(dialled, accepted);
      gateway.run("conntrack", "-F");
      accepted.getOutputStream().write('y');

      await().untilAsserted(() -> assertThat(lab.counter("wall_output")).isGreaterThan(1));

      assertThat(lab.counter("leaks_to_client")).isZero();
      assertThat(lab.reachedServer()).isZero();
      // The client's own packet finds REDIRECT again; then the answer gets through.
      dialled.getOutputStream().write('z');
      assertThat(accepted.getInputStream().read()).isEqualTo('z');
      assertThat(dialled.getInputStream().read()).isEqualTo('y');
    }
  }

  @Test
  void bystandersAreNotHurt(
      NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab.connect(client, gateway, server);
    gateway.run("ip", "addr", "add", "203.0.113.1/24", "dev", "out");
    server.run("ip", "addr", "add", "203.0.113.2/24", "dev", "s0");
    NatSettings all =
        Examples.settings(
            RuleSwitches.ALL,
            Examples.redirect(RuleSwitches.ALL).listeners(),
            List.of(Examples.interception("web", List.of("198.51.100.0/24", "2001:db8:2::/64"))));
    apply(gateway, new Nat(all, state));
    try (ServerSocket proxy = Lab.listen(gateway, 8080);
        ServerSocket ssh = Lab.listen(gateway, 22);
        ServerSocket third = Lab.listen(server, 8080);
        ServerSocket web = Lab.listen(server, 80)) {
      echo(Lab.dial(client, "203.0.113.2", 8080), third.accept());
      echo(Lab.dial(client, "203.0.113.2", 80), web.accept());
      echo(Lab.dial(client, "198.51.100.1", 22), ssh.accept());
      echo(Lab.dial(client, Lab.GATEWAY_6, 22), ssh.accept());
      echo(Lab.dial(gateway, Lab.SERVER_4, 80), web.accept());
      echo(Lab.dial(client, Lab.SERVER_4, 22), proxy.accept());
      try (ServerSocket at = Lab.listen(client, 5000)) {
        echo(Lab.dial(server, Lab.CLIENT_4, 5000), at.accept());
        echo(Lab.dial(server, Lab.CLIENT_6, 5000), at.accept());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void theRoutingWallOutlivesAFlushOfTheRuleset(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    Nat nat = new Nat(Examples.redirect(RuleSwitches.ALL), state);
    apply(gateway, nat);
    try (ServerSocket proxy = Lab.listen(gateway, 8080);
        ServerSocket web = Lab.listen(server, 80)) {
      Socket dialled = Lab.dial(client, Lab.server(family), 80);
      Socket accepted = proxy.accept();
      echo(dialled, accepted);
      gateway.run("nft", "flush", "ruleset");

      dialled.getOutputStream().write('a');
      assertThatThrownBy(() -> Lab.dial(client, Lab.server(family), 80))
          .isInstanceOf(IOException.class);
      Lab.dial(gateway, Lab.server(family), 80).close();
      web.accept().close();
      assertThat(lab.reachedServer()).isZero();

      apply(gateway, nat);
      assertThat(accepted.getInputStream().read()).isEqualTo('a');
      echo(dialled, accepted);
      assertThat(lab.reachedServer()).isZero();
    }
  }

  @Test
  void aSessionSurvivesAnotherConfiguration(
      NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    apply(gateway, new Nat(Examples.redirect(RuleSwitches.ALL), state));
    try (ServerSocket proxy = Lab.listen(gateway, 8080)) {
      Socket dialled = Lab.dial(client, Lab.SERVER_4, 80);
      Socket accepted = proxy.accept();
      echo(dialled, accepted);

      apply(gateway, new Nat(Examples.tproxy(RuleSwitches.ALL), state));
      apply(gateway, new Nat(Examples.redirect(new RuleSwitches(true, true, false)), state));
      apply(gateway, new Nat(Examples.redirect(RuleSwitches.ALL), state));

      echo(dialled, accepted);
      assertThat(lab.reachedServer()).isZero();
    }
  }

  @Test
  void theLeaseIsOnInterceptedConnectionsOnly(
      NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab.connect(client, gateway, server);
    apply(gateway, new Nat(Examples.redirect(RuleSwitches.ALL), state));
    try (ServerSocket proxy = Lab.listen(gateway, 8080)) {
      echo(Lab.dial(client, Lab.SERVER_4, 80), proxy.accept());
      echo(Lab.dial(client, Lab.GATEWAY_4, 8080), proxy.accept());

      assertThat(gateway.run("conntrack", "-L", "-p", "tcp", "--orig-dst", Lab.SERVER_4))
          .containsPattern("tcp +6 7(4\\d\\d|500) ESTABLISHED");
      assertThat(gateway.run("conntrack", "-L", "-p", "tcp", "--orig-dst", Lab.GATEWAY_4))
          .containsPattern("tcp +6 43[12]\\d{3} ESTABLISHED");
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void learnsWhatTheAdministratorsRuleIntercepts(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    gateway.run(
        family == Family.IPV4 ? "iptables" : "ip6tables",
        "-t",
        "nat",
        "-A",
        "PREROUTING",
        "-d",
        Lab.server(family),
        "-p",
        "tcp",
        "-j",
        "REDIRECT",
        "--to-ports",
        "8080");
    apply(gateway, new Nat(Examples.foreignRule(), state));
    try (ServerSocket proxy = Lab.listen(gateway, 8080)) {
      Socket dialled = Lab.dial(client, Lab.server(family), 1234);
      Socket accepted = proxy.accept();
      echo(dialled, accepted);
      accepted.shutdownOutput();
      assertThat(dialled.getInputStream().read()).isEqualTo(-1);
      gateway.run("conntrack", "-F");

      dialled.shutdownOutput();

      await().untilAsserted(() -> assertThat(sockets(client)).doesNotContain("LAST-ACK"));
      assertThat(lab.counter("wall_prerouting")).isPositive();
      assertThat(lab.reachedServer()).isZero();
      accepted.close();
      assertThatThrownBy(
              () -> {
                dialled.getOutputStream().write(1);
                dialled.getOutputStream().write(1);
              })
          .isInstanceOf(SocketException.class);
    }
  }

  /** iptables -t nat -A PREROUTING -d SERVER -p tcp -j REDIRECT --to-ports 80, known or not. */
  @ParameterizedTest
  @CsvSource({"IPV4,true", "IPV4,false", "IPV6,true", "IPV6,false"})
  void theRuleOfTodaysGatewaysIsGuardedToo(
      Family family,
      boolean known,
      NetworkNamespace client,
      NetworkNamespace gateway,
      NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    gateway.run(
        family == Family.IPV4 ? "iptables" : "ip6tables",
        "-t",
        "nat",
        "-A",
        "PREROUTING",
        "-d",
        Lab.server(family),
        "-p",
        "tcp",
        "-j",
        "REDIRECT",
        "--to-ports",
        "80");
    NatSettings settings =
        Examples.settings(
            new RuleSwitches(false, true, true),
            List.of(Examples.listener("web", InterceptionMode.REDIRECT, 80)),
            known ? List.of(Examples.interception("web", List.of(Lab.server(family)))) : List.of());
    apply(gateway, new Nat(settings, state));
    try (ServerSocket proxy = Lab.listen(gateway, 80)) {
      for (int port : new int[] {80, 443}) {
        Socket dialled = Lab.dial(client, Lab.server(family), port);
        Socket accepted = proxy.accept();
        echo(dialled, accepted);
        gateway.run("nft", "add element inet finward alive { tcp timeout 1h }");
        gateway.run("conntrack", "-F");
        long in = lab.counter("wall_prerouting");
        long out = lab.counter("wall_output");
        accepted.getOutputStream().write('y');
        dialled.shutdownOutput();

        await().untilAsserted(() -> assertThat(lab.counter("wall_prerouting")).isGreaterThan(in));
        await().untilAsserted(() -> assertThat(lab.counter("wall_output")).isGreaterThan(out));
        gateway.run("nft", "flush set inet finward alive");
        await().untilAsserted(() -> assertThat(sockets(client)).doesNotContain("FIN-WAIT"));
      }
      assertThat(lab.reachedServer()).isZero();
      assertThat(lab.counter("leaks_to_client")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void withoutAWallALateFinIsALeakAndCounted(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    apply(gateway, new Nat(Examples.redirect(new RuleSwitches(true, false, true)), state));
    try (ServerSocket proxy = Lab.listen(gateway, 8080)) {
      Socket dialled = Lab.dial(client, Lab.server(family), 80);
      Socket accepted = proxy.accept();
      echo(dialled, accepted);
      gateway.run("conntrack", "-F");

      dialled.shutdownOutput();

      await().untilAsserted(() -> assertThat(lab.counter("leaks_to_server")).isPositive());
      await().untilAsserted(() -> assertThat(lab.reachedServer()).isPositive());
    }
  }

  @Test
  void theHeartbeatKeepsTheDaemonAliveAndDeclaresStrangers(NetworkNamespace gateway)
      throws IOException {
    Nat nat = new Nat(Examples.redirect(RuleSwitches.ALL), state);
    assertThatThrownBy(() -> gateway.call(() -> nat.startHeartbeat(() -> {})))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("ENOENT");
    apply(gateway, nat);
    AtomicInteger missing = new AtomicInteger();
    try (Heartbeat heartbeat =
        gateway.call(() -> nat.startHeartbeat(missing::incrementAndGet).orElseThrow())) {
      String alive = "nft list set inet finward alive";
      await()
          .during(Duration.ofSeconds(4))
          .atMost(Duration.ofSeconds(6))
          .until(() -> gateway.run(alive.split(" ", -1)).contains("elements = { tcp"));
      heartbeat.declareStranger(endpoint("192.0.2.2", 4000), endpoint("198.51.100.2", 80));
      heartbeat.declareStranger(endpoint("2001:db8::1", 4000), endpoint("2001:db8::2", 80));
      await()
          .until(() ->
              gateway
                  .run("nft", "list", "set", "inet", "finward", "strangers4")
                  .contains("192.0.2.2 . 4000 . 198.51.100.2 . 80"));
      await()
          .until(() ->
              gateway
                  .run("nft", "list", "set", "inet", "finward", "strangers6")
                  .contains("2001:db8::1 . 4000 . 2001:db8::2 . 80"));
      assertThat(missing).hasValue(0);
      assertThat(heartbeat.failures()).isZero();
      gateway.run("nft", "delete", "table", "inet", "finward");
      await().until(() -> missing.get() > 0);
      apply(gateway, nat);
    }
    assertThat(gateway.run("nft", "list", "set", "inet", "finward", "alive"))
        .doesNotContain("elements");
    assertThat(gateway.call(nat::counters).drops()).containsEntry("prerouting", 0L);
  }

  @Test
  void thisKernelHasEverythingAndTheProbeLeavesNothing(NetworkNamespace gateway)
      throws IOException {
    KernelFeatures features = gateway.call(KernelFeatures::probe);

    assertThat(features.refusals()).isEmpty();
    assertThat(gateway.run("nft", "list", "ruleset")).isEmpty();
  }

  @Test
  void namesTheRuleThatWouldSwallowLatePackets(NetworkNamespace gateway) throws IOException {
    gateway.run("iptables", "-A", "INPUT", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP");
    gateway.run(
        "ip6tables-legacy",
        "-t",
        "mangle",
        "-A",
        "PREROUTING",
        "-m",
        "conntrack",
        "--ctstate",
        "INVALID",
        "-j",
        "DROP");
    Nat tproxy = new Nat(Examples.tproxy(RuleSwitches.ALL), state);
    Nat redirect = new Nat(Examples.redirect(RuleSwitches.ALL), state);

    gateway.call(() -> {
      tproxy.check();
      return null;
    });
    assertThat(gateway.call(tproxy::foreignDrops))
        .extracting(ForeignDrop::table)
        .containsExactly("ip filter", "ip6 mangle (iptables-legacy)");
    assertThat(gateway.call(redirect::foreignDrops)).isEmpty();
  }

  @Test
  void namesTheCapabilityThatIsMissing(NetworkNamespace gateway) {
    List<String> unprivileged =
        List.of("setpriv", "--bounding-set", "-net_admin", "nft", "list", "ruleset");

    assertThatThrownBy(() -> gateway.call(() -> Tool.run("", unprivileged)))
        .isInstanceOf(NatException.class)
        .hasMessageContaining("(expected: CAP_NET_ADMIN in this namespace)")
        .extracting(e -> ((NatException) e).reason())
        .isEqualTo(NatException.Reason.MISSING_CAPABILITY);
  }

  @Test
  void namesThePackageThatIsMissing() {
    assertThatThrownBy(() -> Executables.find("nft", "/nonexistent"))
        .hasMessageContaining("nft cannot be run (expected: the package nftables is installed)");
  }

  private static InetSocketAddress endpoint(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static void echo(Socket one, Socket other) throws IOException {
    one.getOutputStream().write('q');
    assertThat(other.getInputStream().read()).isEqualTo('q');
    other.getOutputStream().write('r');
    assertThat(one.getInputStream().read()).isEqualTo('r');
  }

  private static void apply(NetworkNamespace where, Nat nat) throws IOException {
    where.call(() -> {
      nat.apply();
      return null;
    });
  }

  private static String sockets(NetworkNamespace where) throws IOException {
    return where.run("ss", "-tan");
  }

  private static String everything(NetworkNamespace where) throws IOException {
    return where.run("nft", "list", "ruleset")
        + where.run("ip", "-4", "rule")
        + where.run("ip", "-6", "rule")
        + where.run("ip", "-4", "route", "show", "table", "all")
        + where.run("ip", "-6", "route", "show", "table", "all")
        + where.run("sysctl", "net.netfilter.nf_conntrack_events");
  }
}
