package io.finward.appliance.lab;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/** Waits for what the kernel and other programs do. */
final class Waiting {
  private static final long POLL_MILLIS = 10;

  private Waiting() {}

  /** Something to wait for. */
  interface Condition {
    boolean holds() throws IOException;
  }

  /** Whether the condition held before the time was over. */
  static boolean until(Duration limit, Condition condition) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      pause(Duration.ofMillis(POLL_MILLIS));
    }
    return true;
  }

  /** Waits until the condition holds. */
  static void require(Duration limit, String what, Condition condition) throws IOException {
    if (!until(limit, condition)) {
      throw new IOException("%s: not within %d s".formatted(what, limit.toSeconds()));
    }
  }

  /** Lets the kernel's clocks run: only for what is a matter of its time alone. */
  static void pause(Duration time) throws InterruptedIOException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
