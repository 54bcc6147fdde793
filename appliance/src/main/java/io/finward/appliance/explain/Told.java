package io.finward.appliance.explain;

/**
 * A moment and when it was.
 *
 * @param micros microseconds since the session's accept
 */
public record Told(long micros, Moment moment) {
  public Told {
    if (micros < 0) {
      throw new IllegalArgumentException("%d us (expected: after the accept)".formatted(micros));
    }
  }
}
