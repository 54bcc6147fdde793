package io.finward.appliance.accesslog;

import java.time.Duration;
import java.util.Set;

/**
 * One access log.
 *
 * @param at when lines are written, at least one
 * @param interval between two lines of one session, for {@link LogMoment#INTERVAL}
 * @param listeners the names of those whose sessions are written; empty for all
 */
public record AccessLogEntry(
    Destination to,
    LineFormat format,
    Set<LogMoment> at,
    Duration interval,
    Set<String> listeners) {
  public AccessLogEntry {
    at = Set.copyOf(at);
    listeners = Set.copyOf(listeners);
    if (at.isEmpty() || interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException(
          "at %s every %s (expected: a moment, and a time longer than 0)".formatted(at, interval));
    }
  }

  boolean concerns(String listener) {
    return listeners.isEmpty() || listeners.contains(listener);
  }
}
