package io.finward.nat.codec;

import io.finward.nat.rule.Family;
import io.finward.nat.rule.NatSettings;

/**
 * Everything that is applied as one text that {@code nft -f} takes: the table, and policy routing
 * and sysctls as comments with the commands that make them.
 */
public final class RulesText {
  private RulesText() {}

  /** The text of a configuration. */
  public static String of(NatSettings settings) {
    StringBuilder text = new StringBuilder(NftTable.text(settings));
    RoutingPlan plan = RoutingPlan.of(settings);
    StringBuilder commands = new StringBuilder();
    for (Family family : plan.routes()) {
      commands.append(
          "# ip -%s route add local %s dev lo table %s\n"
              .formatted(
                  family.version(),
                  family == Family.IPV4 ? "0.0.0.0/0" : "::/0",
                  RoutingPlan.TABLE));
    }
    plan.rules()
        .forEach((family, rules) -> {
          for (RoutingPlan.Rule rule : rules) {
            commands.append(
                "# ip -%s rule add %s\n"
                    .formatted(family.version(), String.join(" ", rule.arguments())));
          }
        });
    if (!commands.isEmpty()) {
      text.append("\n# Policy routing\n").append(commands);
    }
    return text.append("\n# Sysctl\n# sysctl -w net.netfilter.nf_conntrack_events=1\n").toString();
  }
}
