package io.finward.appliance.config;

import java.time.Duration;

/**
 * The clocks of an open session.
 *
 * @param connect how long an upstream may take to answer the SYN
 * @param idle how long a session may live without a byte in either direction
 */
public record Timeouts(Duration connect, Duration idle) {
  static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(10), Duration.ofHours(2));
}
