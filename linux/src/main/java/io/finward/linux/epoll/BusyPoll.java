package io.finward.linux.epoll;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Looks again for a moment before a loop goes to sleep, where that has been worth it: to be woken
 * takes a processor that has gone idle longer than a server nearby takes to answer. The adaptive
 * polling of the kernel's haltpoll governor (drivers/cpuidle/governors/haltpoll.c), for a loop that
 * has one conversation.
 *
 * <p>Only after a row of wake-ups with one event each: with more to do a loop hardly sleeps, and
 * would take the processor from those that it waits for. And only as long as something comes
 * meanwhile more often than not; in vain a few times, it is left alone for a while.
 *
 * <p>Belongs to one loop.
 */
final class BusyPoll implements SelectStrategy {
  /** Wake-ups with one event each before it begins. */
  static final int ROW = 16;

  /** Wake-ups that it is left alone for when it was in vain. */
  static final int PAUSE = 64;

  /** How much it may be ahead by successes; one in vain takes two. */
  private static final int MOST_CREDIT = 8;

  private final long nanos;
  private final LongSupplier clock;
  private long until;
  private boolean polling;
  private int singles;
  private int credit;
  private int pause;

  /**
   * @param nanos for how long; 0 for never
   * @param clock {@link System#nanoTime}, but in tests
   */
  BusyPoll(long nanos, LongSupplier clock) {
    this.nanos = nanos;
    this.clock = clock;
  }

  /** So many events were handled after a wake-up; none when it was for a task or a timer. */
  void handled(int events) {
    if (events > 1) {
      singles = 0;
    } else if (events == 1) {
      singles++;
    }
    if (pause > 0) {
      pause--;
    }
    polling = events == 1 && singles >= ROW && pause == 0 && nanos > 0;
    if (polling) {
      until = clock.getAsLong() + nanos;
    }
  }

  @Override
  public int calculateStrategy(IntSupplier look, boolean hasTasks) throws Exception {
    if (hasTasks) {
      return look.get();
    }
    while (polling) {
      int events = look.get();
      if (events != 0) {
        credit = Math.min(MOST_CREDIT, credit + 1);
        return events;
      }
      polling = clock.getAsLong() - until < 0;
      if (!polling) {
        inVain();
      }
    }
    return SELECT;
  }

  private void inVain() {
    credit -= 2;
    if (credit < 0) {
      credit = 0;
      pause = PAUSE;
    }
  }
}
