package io.finward.nat.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.nat.Examples;
import io.finward.nat.codec.RoutingPlan;
import io.finward.nat.codec.RoutingPlan.Rule;
import io.finward.nat.rule.Family;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.RuleSwitches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Routing is asked of the kernel by netlink; what {@code ip} would have asked is the oracle. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class PolicyRoutingIT {
  @Test
  void rulesAndRoutesAreWhatIpWouldHaveMade(NetworkNamespace ours, NetworkNamespace theirs)
      throws IOException {
    for (NatSettings settings :
        new NatSettings[] {
          Examples.redirect(RuleSwitches.ALL), Examples.tproxy(RuleSwitches.ALL)
        }) {
      RoutingPlan plan = RoutingPlan.of(settings);
      apply(ours, plan);
      for (Family family : Family.values()) {
        String flag = "-" + family.version();
        for (Rule rule : plan.rules().getOrDefault(family, List.of()).reversed()) {
          List<String> command = new ArrayList<>(List.of("ip", flag, "rule", "add"));
          command.addAll(rule.arguments());
          theirs.run(command.toArray(String[]::new));
        }
        if (plan.routes().contains(family)) {
          String any = family == Family.IPV4 ? "0.0.0.0/0" : "::/0";
          String table = Integer.toString(RoutingPlan.TABLE);
          theirs.run("ip", flag, "route", "add", "local", any, "dev", "lo", "table", table);
        }
      }

      assertThat(listed(ours)).isEqualTo(listed(theirs)).contains("blackhole");

      remove(ours);
      remove(theirs);
      assertThat(listed(ours)).isEqualTo(listed(theirs)).doesNotContain("blackhole");
    }
  }

  @Test
  void saysWhichRuleTheKernelRefuses(NetworkNamespace gateway) throws IOException {
    RoutingPlan plan = RoutingPlan.of(Examples.redirect(RuleSwitches.ALL));
    apply(gateway, plan);

    assertThatThrownBy(() ->
            gateway.call(() -> {
              PolicyRouting.apply(plan, Map.of());
              return null;
            }))
        .isInstanceOf(NatException.class)
        .hasMessage("ip -4 rule add pref 21399 nop: EEXIST");
  }

  private static void apply(NetworkNamespace where, RoutingPlan plan) throws IOException {
    where.call(() -> {
      PolicyRouting.apply(plan, PolicyRouting.present());
      return null;
    });
  }

  private static void remove(NetworkNamespace where) throws IOException {
    where.call(() -> {
      PolicyRouting.remove();
      return null;
    });
  }

  private static String listed(NetworkNamespace where) throws IOException {
    StringBuilder listing = new StringBuilder();
    for (Family family : Family.values()) {
      String flag = "-" + family.version();
      listing.append(where.run("ip", "-d", flag, "rule", "show"));
      listing.append(where.run("ip", "-d", flag, "route", "show", "table", "all", "type", "local"));
    }
    return listing.toString();
  }
}
