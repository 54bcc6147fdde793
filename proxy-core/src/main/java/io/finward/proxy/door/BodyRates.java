package io.finward.proxy.door;

import java.time.Duration;

/**
 * How slow clients may be with bodies.
 *
 * @param patience how long a client may be behind a rate; positive
 * @param request the fewest bytes a second of a request's body; 0: as slow as it likes
 * @param answer the fewest bytes a second of an answer that it must take; 0: as slow as it likes
 */
public record BodyRates(Duration patience, int request, int answer) {
  /** As Apache's RequestReadTimeout by default: {@code body=20,MinRate=500}. */
  public static final BodyRates DEFAULT = new BodyRates(Duration.ofSeconds(20), 500, 0);

  /** As slow as they like. */
  public static final BodyRates ANY = new BodyRates(DEFAULT.patience, 0, 0);

  /** Whether an exchange is to be watched. */
  boolean concern(boolean withBody) {
    return answer > 0 || (request > 0 && withBody);
  }

  /** Whether so many bytes are too few for so much of the client's time. */
  boolean tooSlow(int rate, long millis, long bytes) {
    return rate > 0 && millis > patience.toMillis() + bytes * 1000 / rate;
  }
}
