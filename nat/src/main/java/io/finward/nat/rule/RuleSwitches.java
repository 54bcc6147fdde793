package io.finward.nat.rule;

/**
 * Which rules are ours to install, each alone.
 *
 * @param nat the interception; without it the administrator has their own REDIRECT or TPROXY
 * @param wall what stops a packet of an intercepted connection that was not translated
 * @param lease the conntrack timeouts of intercepted connections and their upstream legs
 * @param untracked upstream legs from the gateway's own addresses get no conntrack entry
 * @param allEnds conntrack tells of the end of every entry with a lease; otherwise not of those
 *     that ended in order
 */
public record RuleSwitches(
    boolean nat, boolean wall, boolean lease, boolean untracked, boolean allEnds) {
  /** What is usual: everything, and every connection tracked. */
  public static final RuleSwitches ALL = new RuleSwitches(true, true, true);

  /** With upstream legs tracked, and as few events as can be. */
  public RuleSwitches(boolean nat, boolean wall, boolean lease) {
    this(nat, wall, lease, false, false);
  }

  /** Whether there is anything to install. */
  public boolean any() {
    return nat || wall || lease || untracked;
  }
}
