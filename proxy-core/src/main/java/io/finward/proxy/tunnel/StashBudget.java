package io.finward.proxy.tunnel;

import io.finward.linux.socket.LoopMemory;
import java.lang.foreign.MemorySegment;

/**
 * What the slow readers of one event loop keep in our memory, together. Once it is spent, reads get
 * small, so that each further stalled reader costs one page. Used only on its loop.
 */
public final class StashBudget {
  private static final int FRUGAL_READ = 4096;

  private final long limit;
  private long used;

  /**
   * A budget of which nothing is used.
   *
   * @param limit in bytes
   */
  public StashBudget(long limit) {
    this.limit = limit;
  }

  /** How many bytes a read should take at the most. */
  int readLimit() {
    return used < limit ? LoopMemory.BUFFER_SIZE : FRUGAL_READ;
  }

  /** Copies the bytes from {@code start} up to {@code end}. */
  Stash stash(MemorySegment from, int start, int end) {
    Stash stash = new Stash(from, start, end);
    used += stash.capacity();
    return stash;
  }

  void drop(Stash stash) {
    used -= stash.capacity();
    stash.free();
  }
}
