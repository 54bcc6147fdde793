package io.finward.nat.rule;

/**
 * Which rules are ours to install, each alone.
 *
 * @param nat the interception; without it the administrator has their own REDIRECT or TPROXY
 * @param wall what stops a packet of an intercepted connection that was not translated
 * @param lease the conntrack timeouts of intercepted connections and their upstream legs
 * @param tracking which connections have conntrack entries at all
 */
public record RuleSwitches(boolean nat, boolean wall, boolean lease, Tracking tracking) {
  /** What is usual: everything, and every connection tracked. */
  public static final RuleSwitches ALL = new RuleSwitches(true, true, true);

  /** With every connection tracked. */
  public RuleSwitches(boolean nat, boolean wall, boolean lease) {
    this(nat, wall, lease, Tracking.USUAL);
  }

  /** The same with other entries in conntrack. */
  RuleSwitches with(Tracking other) {
    return new RuleSwitches(nat, wall, lease, other);
  }

  /** Whether there is anything to install. */
  public boolean any() {
    return nat || wall || lease || tracking.partial();
  }
}
