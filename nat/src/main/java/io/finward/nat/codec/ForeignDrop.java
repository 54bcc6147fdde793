package io.finward.nat.codec;

import io.finward.nat.rule.InterceptionMode;
import java.util.Set;

/**
 * A rule of somebody else that drops INVALID packets. What is late is INVALID, so such a rule,
 * where it comes before ours, takes from the daemon what it would have rescued.
 *
 * @param table family and name
 * @param chain the base chain the packets come by
 * @param hook prerouting, input, output or postrouting
 * @param priority the base chain's
 * @param rule where the rule is and how it reads
 */
public record ForeignDrop(String table, String chain, String hook, int priority, String rule) {
  private static final int CONNTRACK = -200;

  /** Whether it takes packets that we need, with listeners of these modes. */
  public boolean swallows(Set<InterceptionMode> modes) {
    int early = Integer.parseInt(Chains.EARLY);
    int divert = Integer.parseInt(Chains.DIVERT);
    boolean redirect = modes.contains(InterceptionMode.REDIRECT);
    boolean tproxy = modes.contains(InterceptionMode.TPROXY);
    return switch (hook) {
      case "prerouting" -> (redirect && priority < early) || (tproxy && priority <= divert);
      case "output" -> (redirect && priority < early) || tproxy;
      // A transparent session needs no entry, so its late packets stay INVALID all the way.
      case "input", "postrouting" -> tproxy;
      default -> false;
    };
  }

  /** Where it is and what to do about it. */
  @Override
  public String toString() {
    String advice =
        priority <= CONNTRACK
            ? "move it behind conntrack, priority -200: before that every packet is INVALID"
            : "let it spare intercepted connections, or move it to the forward hook";
    return ("table %s chain %s (hook %s priority %d) drops INVALID packets that Finward has to see:"
            + " %s (expected: %s)")
        .formatted(table, chain, hook, priority, rule, advice);
  }
}
