package io.finward.bench;

import java.io.IOException;
import java.time.Duration;

/**
 * Waits until a contestant has nothing to do. What follows on a change, as leases a second after
 * sessions were half-closed, or collections that move what has come to stay, is over then.
 */
final class Quiet {
  private static final long LOOK_MILLIS = 200;

  /** Its share of one core that is nothing: clocks that tick. */
  private static final double NOTHING = 0.03;

  /** Nothing in each of so many looks, one after the other: longer than any of its delays. */
  private static final int LOOKS = 12;

  /** What is not quiet by then has other troubles, which the figure shows. */
  private static final int MOST_LOOKS = 150;

  private Quiet() {}

  static void await(Stand stand) throws IOException {
    int quiet = 0;
    for (int i = 0; i < MOST_LOOKS && quiet < LOOKS; i++) {
      CpuTime before = CpuTime.of(stand.pids());
      Pause.millis(LOOK_MILLIS);
      double nanos = CpuTime.of(stand.pids()).since(before);
      quiet = nanos < NOTHING * Duration.ofMillis(LOOK_MILLIS).toNanos() ? quiet + 1 : 0;
    }
  }
}
