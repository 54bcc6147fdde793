package io.finward.proxy;

import io.finward.linux.sched.SchedulingPolicy;
import java.time.Duration;

/**
 * The event loops.
 *
 * @param number 1 or more
 * @param busyPoll for how long a loop with one conversation looks again before it sleeps, at the
 *     most; zero for never
 * @param scheduling how their threads are scheduled
 */
public record LoopSettings(int number, Duration busyPoll, SchedulingPolicy scheduling) {
  /** What is worth it: longer than a server in the same house takes to answer. */
  private static final Duration BUSY_POLL = Duration.ofNanos(30_000);

  public LoopSettings {
    if (number < 1) {
      throw new IllegalArgumentException("threads = " + number + " (expected: 1 or more)");
    }
    if (busyPoll.isNegative()) {
      throw new IllegalArgumentException("busy-poll = " + busyPoll + " (expected: 0 or more)");
    }
  }

  /**
   * So many, with the usual busy polling, in batches: a loop that wakes up at each packet, and
   * takes the processor from whoever makes the next ones, serves them one by one.
   */
  public static LoopSettings of(int number) {
    return new LoopSettings(number, BUSY_POLL, SchedulingPolicy.BATCH);
  }
}
