package io.finward.proxy.door;

import java.time.Duration;

/**
 * Which connections to origins wait for another request. The numbers are divided among the event
 * loops.
 *
 * @param keepAlive how long one may wait; positive
 * @param inAll how many may wait, 0 or more; with 0 each stays with its client's connection
 * @param perOrigin how many to one origin, or to one parent, may wait; 1 or more
 */
public record OriginSettings(Duration keepAlive, int inAll, int perOrigin) {
  /** The defaults. */
  public static final OriginSettings DEFAULT = new OriginSettings(Duration.ofSeconds(15), 500, 250);

  public OriginSettings {
    if (inAll < 0 || perOrigin < 1) {
      throw new IllegalArgumentException(
          "%d origin connections, %d for each (expected: 0 or more, 1 or more)"
              .formatted(inAll, perOrigin));
    }
  }

  /** What one of so many loops may keep. */
  OriginSettings share(int loops) {
    return new OriginSettings(
        keepAlive, Math.ceilDiv(inAll, loops), Math.ceilDiv(perOrigin, loops));
  }
}
