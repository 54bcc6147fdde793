package io.finward.nat.codec;

/**
 * A rule of somebody else that knows the gateway's own connections by their conntrack entry: it
 * lets packets in by their state, or translates them. Untracked ones have none.
 *
 * @param key the configuration's key that leaves connections untracked
 * @param table family and name
 * @param chain the base chain the packets come by
 * @param hook input, output or postrouting
 * @param rule where the rule is and how it reads
 */
public record ForeignState(UntrackedKey key, String table, String chain, String hook, String rule) {
  /** Where it is and what to do about it. */
  @Override
  public String toString() {
    String what =
        hook.equals("postrouting")
            ? "translates connections, and none without an entry"
            : "lets connections through by their state, and those without an entry have none";
    String advice =
        hook.equals("postrouting")
            ? ", unless it spares " + key.sent()
            : ", or \"ct state untracked accept\" before it";
    return "%s = false: table %s chain %s (hook %s) %s: %s (expected: true%s)"
        .formatted(key.word(), table, chain, hook, what, rule, advice);
  }
}
