package io.finward.nat.codec;

/** The names of what the table contains, for those who read or write it while it stands. */
public final class Names {
  /** Our table, of family inet. */
  public static final String TABLE = "finward";

  /** The set with one element, {@code tcp}, that a living daemon keeps from expiring. */
  public static final String ALIVE = "alive";

  /** Tuples the daemon knows nothing of: client, port, destination, port. */
  public static final String STRANGERS_4 = "strangers4";

  /** {@link #STRANGERS_4} for IPv6. */
  public static final String STRANGERS_6 = "strangers6";

  /** What the administrator's own rule was seen to intercept: client, destination, port. */
  public static final String LEARNED_4 = "learned4";

  /** {@link #LEARNED_4} for IPv6. */
  public static final String LEARNED_6 = "learned6";

  /** Sources whose late packets are logged just now, each with its rate limit. */
  public static final String FLOOD_4 = "flood4";

  /** {@link #FLOOD_4} for IPv6, by /64. */
  public static final String FLOOD_6 = "flood6";

  /** How the wall's counters begin; the rest is the hook or the clause. */
  public static final String WALL_COUNTER = "wall_";

  /** How the leak counters begin. */
  public static final String LEAK_COUNTER = "leaks_";

  /** Untranslated packets to a server that left. */
  public static final String LEAKS_TO_SERVER = "leaks_to_server";

  /** Untranslated packets to a client that left. */
  public static final String LEAKS_TO_CLIENT = "leaks_to_client";

  /** The label of a connection that a server opened to a client: conntrack label bit. */
  static final int LABEL_OPENED_BY_SERVER = 77;

  /** The label of a connection that has a lease: conntrack label bit. */
  static final int LABEL_LEASED = 78;

  private Names() {}
}
