package io.finward.nat.rule;

/**
 * What conntrack has to do with our connections. Those that come by REDIRECT always have an entry:
 * it translates them.
 *
 * @param upstream whether upstream legs from the gateway's own addresses get entries
 * @param transparent whether connections of TPROXY listeners get entries: the client's leg, and the
 *     upstream leg with the client's address
 * @param allEnds whether conntrack tells of the end of every entry with a lease; otherwise not of
 *     those that ended in order
 */
public record Tracking(boolean upstream, boolean transparent, boolean allEnds) {
  /** Entries for everything, and as few events as can be. */
  public static final Tracking USUAL = new Tracking(true, true, false);

  /** Whether something has no entry. */
  public boolean partial() {
    return !(upstream && transparent);
  }
}
