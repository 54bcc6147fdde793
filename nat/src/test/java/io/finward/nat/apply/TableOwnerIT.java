package io.finward.nat.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.nat.Examples;
import io.finward.nat.codec.TrackingChange;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.RuleSwitches;
import io.finward.nat.rule.Tracking;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table's owner, on a kernel that knows persistent tables (Linux 6.9). */
@Tag("netns")
@ExtendWith(NetnsExtension.class)
@Timeout(60)
class TableOwnerIT {
  @TempDir Path state;
  private Nat nat;
  private NetworkNamespace gateway;

  @BeforeEach
  void own(NetworkNamespace namespace) throws IOException {
    gateway = namespace;
    nat = new Nat(Examples.redirect(RuleSwitches.ALL), state);
    gateway.call(() -> {
      nat.apply();
      return nat.own();
    });
  }

  @AfterEach
  void disown() {
    nat.disown();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nft flush ruleset", "nft flush table inet other"})
  void aFlushByOthersPassesItOver(String flush) throws IOException {
    gateway.run("nft", "add table inet other");

    gateway.run(flush.split(" ", -1));

    assertThat(gateway.call(nat::verify)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nft delete table inet finward",
        "nft flush chain inet finward early",
        "nft delete element inet finward alive { tcp }",
        "nft add rule inet finward late_client accept"
      })
  void othersMayNotChangeIt(String command) throws IOException {
    assertThatThrownBy(() -> gateway.run(command.split(" ", 6)))
        .hasMessageContaining("Operation not permitted");
    assertThat(gateway.call(nat::verify)).isEmpty();
  }

  @Test
  void itsRulesAreReplacedByThoseThatTrackAll(@TempDir Path other) throws IOException {
    nat.disown();
    NatSettings settings = Examples.tproxy(RuleSwitches.ALL);
    Nat untracked = new Nat(settings.with(new Tracking(false, false, false)), other);
    try {
      gateway.call(() -> {
        untracked.apply();
        return untracked.own();
      });
      assertThat(gateway.run("nft", "list", "ruleset")).contains("chain untracked_arriving");

      gateway.call(() -> {
        untracked.track(Tracking.USUAL);
        return null;
      });

      assertThat(gateway.run("nft", "list", "ruleset")).doesNotContain("untracked_");
      assertThat(gateway.call(untracked::verify)).isEmpty();
      assertThat(gateway.call(() -> new Nat(settings, other).appliedLast())).isTrue();
    } finally {
      untracked.disown();
    }
  }

  @Test
  void newConnectionsAreTrackedBeforeThat(@TempDir Path other) throws IOException {
    nat.disown();
    NatSettings settings = Examples.tproxy(RuleSwitches.ALL);
    gateway.call(() -> {
      new Nat(settings.with(new Tracking(false, false, false)), other).apply();
      return null;
    });
    assertThat(gateway.run("nft", "list chain inet finward untracked_arriving"))
        .contains("notrack");

    try (TableSocket socket = gateway.call(TableSocket::open)) {
      socket.transact("track all", TrackingChange.trackAll());
    }

    for (String chain : List.of("untracked_arriving", "untracked_leaving")) {
      assertThat(gateway.run("nft", "list chain inet finward " + chain))
          .contains("hook")
          .doesNotContain("notrack");
    }
  }

  @Test
  void theHeartbeatIsTheOwners() throws IOException {
    try (Heartbeat heartbeat = gateway.call(() -> nat.startHeartbeat(() -> {}).orElseThrow())) {
      assertThat(gateway.run("nft", "list", "set", "inet", "finward", "alive"))
          .contains("elements = { tcp");
      assertThat(heartbeat.failures()).isZero();
    }
  }

  @Test
  void aRunningOwnersTableIsNotForASecondFinward() throws IOException {
    Nat other = new Nat(Examples.tproxy(RuleSwitches.ALL), state.resolve("other"));

    assertThatThrownBy(() ->
            gateway.call(() -> {
              other.apply();
              return "applied";
            }))
        .hasMessageContaining("no other Finward running here");
    assertThat(gateway.call(nat::verify)).isEmpty();
  }

  @Test
  void itStaysWhenItsOwnerGoesAndWaitsForTheNext() throws IOException {
    nat.disown();
    assertThat(gateway.call(nat::verify)).isEmpty();

    Nat next = new Nat(Examples.redirect(RuleSwitches.ALL), state);
    try {
      assertThat(
              gateway.call(() -> {
                next.apply();
                return next.own();
              }))
          .isTrue();
      gateway.run("nft", "flush", "ruleset");
      assertThat(gateway.call(next::verify)).isEmpty();
    } finally {
      next.disown();
    }
  }

  @Test
  void whatIsChangedInItIsPutBackByItsOwner() throws IOException {
    nat.disown();
    gateway.run("nft", "add", "rule", "inet", "finward", "late_client", "accept");
    gateway.call(nat::own);
    List<List<String>> repaired = new CopyOnWriteArrayList<>();

    try (RuleKeeper keeper = gateway.call(() -> nat.startKeeper(repaired::add))) {
      keeper.look();
      await().until(() -> !repaired.isEmpty());
    }

    assertThat(gateway.call(nat::verify)).isEmpty();
    assertThatThrownBy(() -> gateway.run("nft", "delete", "table", "inet", "finward"))
        .hasMessageContaining("Operation not permitted");
  }

  @Test
  void aTableWithoutPersistenceIsMadeAgain() throws IOException {
    nat.disown();
    gateway.run("nft", "delete", "table", "inet", "finward");
    gateway.run("nft", "add", "table", "inet", "finward");

    assertThat(
            gateway.call(() -> {
              nat.apply();
              return nat.own();
            }))
        .isTrue();
    assertThat(gateway.call(nat::verify)).isEmpty();
  }
}
