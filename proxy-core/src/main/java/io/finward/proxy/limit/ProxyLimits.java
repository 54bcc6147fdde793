package io.finward.proxy.limit;

import java.time.Duration;

/**
 * What bounds a session, and how many there may be. All durations are positive.
 *
 * @param connect how long an upstream may take to answer the SYN
 * @param idle how long an open session may live without a byte in either direction
 * @param hold how long a half-closed session's sockets are kept without a byte in the open
 *     direction
 * @param maxHeld how many half-closed sessions keep their sockets; past it the oldest is parked
 * @param maxSessions how many sessions may be open; at the limit listeners stop accepting
 * @param maxSessionsPerClient how many one client address may have; past it new ones get RST
 */
public record ProxyLimits(
    Duration connect,
    Duration idle,
    Duration hold,
    int maxHeld,
    int maxSessions,
    int maxSessionsPerClient) {
  public ProxyLimits {
    requirePositive("timeouts.connect", connect);
    requirePositive("timeouts.idle", idle);
    requirePositive("half-close.hold", hold);
    requirePositive("half-close.max-held", maxHeld);
    requirePositive("limits.sessions", maxSessions);
    requirePositive("limits.sessions-per-client", maxSessionsPerClient);
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(
          "%s = %s (expected: a positive duration)".formatted(name, value));
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s = %d (expected: 1 or more)".formatted(name, value));
    }
  }
}
