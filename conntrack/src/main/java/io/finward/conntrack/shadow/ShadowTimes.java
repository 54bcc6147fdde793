package io.finward.conntrack.shadow;

import java.time.Duration;

/**
 * How long the shadow table remembers.
 *
 * @param park a parked flow
 * @param ended a flow of which both ends are done: TIME_WAIT, and the last retransmissions
 * @param lease between two renewals of a half-closed flow's entry
 */
public record ShadowTimes(Duration park, Duration ended, Duration lease) {
  public ShadowTimes {
    for (Duration one : new Duration[] {park, ended, lease}) {
      if (one.toSeconds() < 1) {
        throw new IllegalArgumentException("duration " + one + " (expected: at least 1 s)");
      }
    }
  }

  /** A day parked, two minutes after the end, half the kernel's CLOSE_WAIT between renewals. */
  public static ShadowTimes defaults() {
    return new ShadowTimes(Duration.ofHours(24), Duration.ofMinutes(2), Duration.ofSeconds(25));
  }
}
