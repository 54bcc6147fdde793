package io.finward.proxy.relay;

import java.util.concurrent.atomic.AtomicInteger;

/** How many sessions all loops have together. The only state that loops share. */
final class SessionCounts {
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger halfClosed = new AtomicInteger();

  int open() {
    return open.get();
  }

  int halfClosed() {
    return halfClosed.get();
  }

  /** Takes a place if there are fewer than {@code limit}. */
  boolean tryOpen(int limit) {
    if (open.incrementAndGet() <= limit) {
      return true;
    }
    open.decrementAndGet();
    return false;
  }

  /** Gives a place back; returns whether the limit had been reached. */
  boolean ended(int limit) {
    return open.getAndDecrement() >= limit;
  }

  void halfClosed(int change) {
    halfClosed.addAndGet(change);
  }

  /**
   * Takes one half-closed session off the count if there are more than {@code limit}, so that two
   * loops never park for the same excess.
   */
  boolean claimExcess(int limit) {
    return halfClosed.getAndUpdate(count -> count > limit ? count - 1 : count) > limit;
  }
}
