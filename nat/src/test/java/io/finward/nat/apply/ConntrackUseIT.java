package io.finward.nat.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.nat.Examples;
import io.finward.nat.rule.RuleSwitches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What asks conntrack, in the kernel's words for rules of nft and of iptables. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class ConntrackUseIT {
  private static final String BASE =
      "table inet other { chain in { type filter hook input priority 0; %s; }; }";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ct state established accept",
        "ct mark set 1",
        "meta l4proto tcp ct count over 5 drop",
        "tcp dport vmap { 80 : accept }; ct state vmap { invalid : drop }",
        "meter m { ip saddr ct count over 9 } drop"
      })
  void aRuleOfNftAsks(String rule, NetworkNamespace gateway) throws IOException {
    gateway.run("nft", BASE.formatted(rule));

    assertThat(gateway.call(ConntrackUse::now)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp dport 22 accept",
        "meta mark set 1",
        "counter",
        "tcp flags syn limit rate 5/second drop",
        "tcp dport vmap { 80 : accept }"
      })
  void aRuleOfNftAsksForNothing(String rule, NetworkNamespace gateway) throws IOException {
    gateway.run("nft", BASE.formatted(rule));

    assertThat(gateway.call(ConntrackUse::now)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "table ip other { chain n { type nat hook postrouting priority 100; masquerade; }; }",
        "table ip other { chain n { type nat hook postrouting priority 100; snat to 192.0.2.1; }; }",
        "table ip6 other { chain n { type nat hook prerouting priority -100;"
            + " tcp dport 80 redirect to :8080; }; }",
        "table inet other { ct timeout t { protocol tcp; policy = { established : 99 }; };"
            + " chain o { type filter hook output priority 0; ct timeout set \"t\"; }; }",
        "table inet other { ct helper ftp { type \"ftp\" protocol tcp; };"
            + " chain i { type filter hook input priority 0;"
            + " ct helper set tcp dport map { 21 : \"ftp\" }; }; }",
        "table inet other { set s { type ipv4_addr; flags dynamic; };"
            + " chain i { type filter hook input priority 0;"
            + " add @s { ip saddr ct count over 9 } drop; }; }",
        "table inet other { set s { type ipv4_addr; size 99; flags dynamic; ct count over 9; }; }",
        "table ip finward { chain i { type filter hook input priority 0; ct state new drop; }; }"
      })
  void aTableOfNftAsks(String table, NetworkNamespace gateway) throws IOException {
    gateway.run("nft", table);

    assertThat(gateway.call(ConntrackUse::now)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT",
        "ip6tables -A INPUT -m state --state ESTABLISHED -j ACCEPT",
        "iptables -t mangle -A FORWARD -j CONNMARK --save-mark",
        "iptables -t nat -A POSTROUTING -j MASQUERADE",
        "iptables -t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080",
        "ip6tables -t nat -A POSTROUTING -j SNAT --to-source 2001:db8::1",
        "iptables -A INPUT -p tcp -m connlimit --connlimit-above 9 -j DROP"
      })
  void aRuleOfIptablesAsks(String command, NetworkNamespace gateway) throws IOException {
    gateway.run(command.split(" ", -1));

    assertThat(gateway.call(ConntrackUse::now)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iptables -A INPUT -p tcp --dport 22 -j ACCEPT",
        "iptables -t mangle -A PREROUTING -p tcp -m socket --transparent -j MARK --set-mark 1",
        "ip6tables -A INPUT -p tcp -m multiport --dports 22,80 -j DROP",
        "iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu"
      })
  void aRuleOfIptablesAsksForNothing(String command, NetworkNamespace gateway) throws IOException {
    gateway.run(command.split(" ", -1));

    assertThat(gateway.call(ConntrackUse::now)).isFalse();
  }

  @Test
  void tablesOfIptablesLegacyAreTakenForAFirewall(NetworkNamespace gateway) throws IOException {
    assumeThat(Files.isExecutable(Path.of("/usr/sbin/iptables-legacy"))).isTrue();
    assumeThat(
            gateway
                .start(new ProcessBuilder("iptables-legacy", "-A", "INPUT", "-j", "ACCEPT"))
                .onExit()
                .join()
                .exitValue())
        .isZero();

    assertThat(gateway.call(ConntrackUse::now)).isTrue();
  }

  @Test
  void ourOwnTableDoesNotCount(@TempDir Path state, NetworkNamespace gateway) throws IOException {
    gateway.call(() -> {
      new Nat(Examples.tproxy(RuleSwitches.ALL), state).apply();
      return null;
    });
    assertThat(gateway.run("nft", "list", "ruleset")).contains("ct state");

    assertThat(gateway.call(ConntrackUse::now)).isFalse();
  }

  /** A thousand rules are several datagrams of an answer. */
  @Test
  void theLastOfAThousandRules(NetworkNamespace gateway) throws IOException {
    gateway.run("nft", BASE.formatted("tcp dport 22 counter accept; ".repeat(1000)));
    assertThat(gateway.call(ConntrackUse::now)).isFalse();

    gateway.run("nft", "add rule inet other in ct state invalid drop");

    assertThat(gateway.call(ConntrackUse::now)).isTrue();
  }

  @Test
  void whoWatchesIsToldOnce(NetworkNamespace gateway) throws IOException {
    AtomicInteger told = new AtomicInteger();
    try (ConntrackUse _ = gateway.call(() -> ConntrackUse.watch(told::incrementAndGet))) {
      gateway.run("nft", BASE.formatted("tcp dport 22 accept"));
      gateway.run("nft", "add rule inet other in ct state established accept");
      await().untilAtomic(told, org.hamcrest.Matchers.equalTo(1));
      gateway.run("nft", "add rule inet other in ct state invalid drop");
    }

    assertThat(told).hasValue(1);
  }

  @Test
  void whoWatchesIsToldOfWhatWasThere(NetworkNamespace gateway) throws IOException {
    gateway.run("nft", BASE.formatted("ct state established accept"));
    AtomicInteger told = new AtomicInteger();

    try (ConntrackUse _ = gateway.call(() -> ConntrackUse.watch(told::incrementAndGet))) {
      await().untilAtomic(told, org.hamcrest.Matchers.equalTo(1));
    }
  }
}
