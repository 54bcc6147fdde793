package io.finward.appliance.config;

import java.time.Duration;

/**
 * What becomes of half-closed sessions.
 *
 * @param hold how long both sockets are kept without a byte in the open direction
 * @param park how long the flow stays in the shadow table, counted from the first FIN
 * @param maxHeld how many sessions may hold their sockets at once
 */
public record HalfClose(Duration hold, Duration park, int maxHeld) {
  static final HalfClose DEFAULT = new HalfClose(Duration.ofMinutes(5), Duration.ofHours(24), 4000);
}
