package io.finward.nat.rule;

import java.time.Duration;

/**
 * How long the kernel keeps the entry of an intercepted connection without a packet.
 *
 * @param open while both directions are open
 * @param halfClosed once one side has sent its FIN
 */
public record Lease(Duration open, Duration halfClosed) {
  /** A margin, so that the proxy's own clock runs out before the kernel's. */
  private static final Duration MARGIN = Duration.ofMinutes(5);

  /** The kernel counts a policy's seconds in jiffies of an int; this is safe at HZ 1000. */
  private static final long MAX_SECONDS = 2_000_000;

  public Lease {
    check("open", open);
    check("halfClosed", halfClosed);
  }

  /** What the proxy's clocks need: every session ends before its lease does. */
  public static Lease forClocks(Duration idle, Duration hold, Duration park) {
    Duration halfClosed = hold.compareTo(park) > 0 ? hold : park;
    return new Lease(bounded(idle.plus(MARGIN)), bounded(halfClosed.plus(MARGIN)));
  }

  private static Duration bounded(Duration wanted) {
    return Duration.ofSeconds(Math.clamp(wanted.toSeconds(), 1, MAX_SECONDS));
  }

  private static void check(String name, Duration duration) {
    if (duration.toSeconds() < 1 || duration.toSeconds() > MAX_SECONDS) {
      throw new IllegalArgumentException(
          "%s %ds (expected: 1 to %d s)".formatted(name, duration.toSeconds(), MAX_SECONDS));
    }
  }
}
