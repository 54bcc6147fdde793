package io.finward.appliance.lab;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for what the kernel and other programs do. */
final class Waiting {
  private static final long POLL_MILLIS = 10;
  private static final long LATCH_SECONDS = 20;

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

  /** Waits until the other threads of a scenario have come as far as this one. */
  static void forLatch(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(LATCH_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(
            "%d sessions did not come as far as they should".formatted(latch.getCount()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
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
