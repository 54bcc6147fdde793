package io.finward.appliance.config;

import java.util.OptionalInt;

/**
 * How much there may be at once. What the file leaves out follows from the process's descriptor
 * limit.
 *
 * @param sessions open sessions
 * @param sessionsPerClient open sessions of one client address
 * @param descriptors file descriptors Finward counts on
 * @param tableAlarm per cent of {@code nf_conntrack_max}, 1 to 100: from here on the table is
 *     called crowded
 * @param tableRefuse per cent of {@code nf_conntrack_max}, from {@code tableAlarm} to 100: from
 *     here on new sessions are refused
 */
public record Limits(
    OptionalInt sessions,
    OptionalInt sessionsPerClient,
    OptionalInt descriptors,
    int tableAlarm,
    int tableRefuse) {
  /** Listeners, netlink, epoll, admin clients, and the pipes of bytes in flight. */
  private static final int RESERVED = 1000;

  static final Limits DEFAULT =
      new Limits(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), 80, 90);

  /** How many sessions, of two sockets each, fit into so many descriptors. */
  public static int sessionsWithin(int descriptors) {
    return Math.max(1, (descriptors - Math.min(RESERVED, descriptors / 4)) / 2);
  }

  /**
   * The limit on sessions, never more than the descriptors allow.
   *
   * @param processLimit RLIMIT_NOFILE of this process
   */
  public int effectiveSessions(int processLimit) {
    int most = sessionsWithin(count(processLimit));
    return Math.min(sessions.orElse(most), most);
  }

  /** How many descriptors sessions leave over. */
  public int spareDescriptors(int processLimit) {
    return count(processLimit) - 2 * effectiveSessions(processLimit);
  }

  private int count(int processLimit) {
    return Math.min(descriptors.orElse(processLimit), processLimit);
  }
}
