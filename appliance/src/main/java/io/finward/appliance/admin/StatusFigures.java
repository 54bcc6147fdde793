package io.finward.appliance.admin;

import io.finward.proxy.session.SessionSnapshot;
import java.util.List;

/**
 * What mod_status shows, at one moment.
 *
 * @param uptimeSeconds since the start, 0 or more
 * @param accesses that have ended
 * @param bytes to clients in them
 * @param sessions that live, oldest first
 * @param mostSessions how many there may be
 */
record StatusFigures(
    long uptimeSeconds,
    long accesses,
    long bytes,
    List<SessionSnapshot> sessions,
    int mostSessions) {
  StatusFigures {
    sessions = List.copyOf(sessions);
  }

  int busy() {
    return sessions.size();
  }

  int idle() {
    return Math.max(0, mostSessions - busy());
  }

  String scoreboard() {
    return Scoreboard.of(sessions, idle());
  }

  long kibibytes() {
    return bytes / 1024;
  }

  /** Since the start; 0 in its first second. */
  double accessesPerSecond() {
    return ratio(accesses, uptimeSeconds);
  }

  /** Since the start; 0 in its first second. */
  double bytesPerSecond() {
    return ratio(bytes, uptimeSeconds);
  }

  /** 0 before the first access. */
  double bytesPerAccess() {
    return ratio(bytes, accesses);
  }

  private static double ratio(long of, long to) {
    return to == 0 ? 0 : (double) of / to;
  }
}
