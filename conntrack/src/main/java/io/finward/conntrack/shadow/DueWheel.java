package io.finward.conntrack.shadow;

import java.util.function.IntConsumer;

/**
 * Rows by the second they are due: a wheel of one slot a second for 36 hours, whose lists go
 * through the rows. A row that is due later than a turn waits in its slot for the next one.
 */
final class DueWheel {
  private static final int SLOTS = 1 << 17;
  private static final int PAGE_BITS = 10;
  private static final int PAGE = 1 << PAGE_BITS;

  private final FlowStore store;

  /** The first row of each second; pages are made when they are needed. */
  private final int[][] pages = new int[SLOTS >> PAGE_BITS][];

  private int reached;

  DueWheel(FlowStore store, int nowSeconds) {
    this.store = store;
    this.reached = nowSeconds;
  }

  /** Hangs a row in; one that hangs elsewhere is taken from there. */
  void schedule(int row, int seconds) {
    cancel(row);
    int due = Math.max(seconds, reached + 1);
    int following = head(due);
    store.high(row, FlowStore.DUE, due);
    store.high(row, FlowStore.NEIGHBOURS, 0);
    store.low(row, FlowStore.NEIGHBOURS, following);
    if (following != 0) {
      store.high(following, FlowStore.NEIGHBOURS, row);
    }
    head(due, row);
  }

  void cancel(int row) {
    int due = store.high(row, FlowStore.DUE);
    if (due == 0) {
      return;
    }
    int before = store.high(row, FlowStore.NEIGHBOURS);
    int after = store.low(row, FlowStore.NEIGHBOURS);
    if (before == 0) {
      head(due, after);
    } else {
      store.low(before, FlowStore.NEIGHBOURS, after);
    }
    if (after != 0) {
      store.high(after, FlowStore.NEIGHBOURS, before);
    }
    store.high(row, FlowStore.DUE, 0);
  }

  /**
   * Takes out what is due. At most {@code budget} rows, for the loop has other work; the rest comes
   * with the next call.
   *
   * @return whether all that is due was taken
   */
  boolean advance(int nowSeconds, int budget, IntConsumer due) {
    int left = budget;
    // After a long pause of the machine one turn sees every slot.
    reached = Math.max(reached, nowSeconds - SLOTS);
    while (reached < nowSeconds) {
      int second = reached + 1;
      int row = head(second);
      while (row != 0) {
        int after = store.low(row, FlowStore.NEIGHBOURS);
        if (store.high(row, FlowStore.DUE) <= nowSeconds) {
          if (left-- == 0) {
            return false;
          }
          cancel(row);
          due.accept(row);
        }
        row = after;
      }
      reached = second;
    }
    return true;
  }

  private int head(int second) {
    int[] page = pages[(second & (SLOTS - 1)) >> PAGE_BITS];
    return page == null ? 0 : page[second & (PAGE - 1)];
  }

  private void head(int second, int row) {
    int index = (second & (SLOTS - 1)) >> PAGE_BITS;
    if (pages[index] == null) {
      pages[index] = new int[PAGE];
    }
    pages[index][second & (PAGE - 1)] = row;
  }
}
