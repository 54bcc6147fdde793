package io.finward.nat.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.nat.Examples;
import io.finward.nat.rule.Family;
import io.finward.nat.rule.RuleSwitches;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class RuleKeeperIT {
  @TempDir Path state;
  private final BlockingQueue<List<String>> repaired = new LinkedBlockingQueue<>();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nft flush ruleset",
        "nft delete table inet finward",
        "nft flush chain inet finward leaving",
        "nft delete element inet finward i0_all_to4 { 198.51.100.0/24 }",
        "ip rule del pref 21300",
        "ip -6 rule flush table 21335",
        "ip route flush table 21335",
        "sysctl -qw net.netfilter.nf_conntrack_events=2"
      })
  void putsBackWhatSomebodyChanges(String command, NetworkNamespace gateway) throws IOException {
    Nat nat = new Nat(Examples.tproxy(RuleSwitches.ALL), state);
    try (RuleKeeper keeper = started(gateway, nat)) {
      gateway.run(command.split(" ", -1));

      await().until(() -> !repaired.isEmpty());
      await().untilAsserted(() -> assertThat(gateway.call(nat::verify)).isEmpty());
      assertThat(keeper.repairs()).isPositive();
    }
  }

  @Test
  void doesNotMindItsOwnHeartbeatNorOthersTables(NetworkNamespace gateway) throws IOException {
    Nat nat = new Nat(Examples.redirect(RuleSwitches.ALL), state);
    try (RuleKeeper keeper = started(gateway, nat);
        Heartbeat heartbeat = gateway.call(() -> nat.startHeartbeat(keeper::look).orElseThrow())) {
      gateway.run("nft", "add table inet other");
      gateway.run("nft", "flush table inet other");
      gateway.run("ip", "rule", "add", "pref", "5000", "blackhole", "to", "203.0.113.0/24");
      gateway.run("nft", "delete table inet finward");
      await().until(() -> !repaired.isEmpty());
      gateway.run("nft", "delete table inet other");

      assertThat(repaired).hasSize(1);
      assertThat(keeper.repairs()).isEqualTo(1);
      await()
          .until(() ->
              gateway
                  .run("nft", "list", "set", "inet", "finward", "alive")
                  .contains("elements = { tcp"));
      assertThat(heartbeat.failures()).isLessThan(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void aSessionOutlivesAFlushOfTheRuleset(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    Nat nat = new Nat(Examples.redirect(RuleSwitches.ALL), state);
    try (RuleKeeper _ = started(gateway, nat);
        ServerSocket proxy = Lab.listen(gateway, 8080)) {
      Socket dialled = Lab.dial(client, Lab.server(family), 80);
      Socket accepted = proxy.accept();
      gateway.run("nft", "flush", "ruleset");
      dialled.getOutputStream().write('a');

      assertThat(accepted.getInputStream().read()).isEqualTo('a');
      accepted.getOutputStream().write('b');
      assertThat(dialled.getInputStream().read()).isEqualTo('b');
      assertThat(lab.reachedServer()).isZero();
    }
  }

  private RuleKeeper started(NetworkNamespace where, Nat nat) throws IOException {
    return where.call(() -> {
      nat.apply();
      return nat.startKeeper(repaired::add);
    });
  }
}
