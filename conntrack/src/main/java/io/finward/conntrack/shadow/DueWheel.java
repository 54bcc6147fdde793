package io.finward.conntrack.shadow;

import java.util.function.IntConsumer;

/**
 * Rows by the second they are due: a wheel of one slot a second for 36 hours, whose lists go
 * through the rows. A row that is due later than a turn waits in its slot for the next one.
 */
final class DueWheel {
  private static final int SLOTS = 1 << 17;

  private final FlowStore store;
  private final int[] heads = new int[SLOTS];
  private int reached;

  DueWheel(FlowStore store, int nowSeconds) {
    this.store = store;
    this.reached = nowSeconds;
  }

  /** Hangs a row in; one that hangs elsewhere is taken from there. */
  void schedule(int row, int seconds) {
    cancel(row);
    int due = Math.max(seconds, reached + 1);
    int slot = due & (SLOTS - 1);
    int following = heads[slot];
    store.high(row, FlowStore.DUE, due);
    store.high(row, FlowStore.NEIGHBOURS, 0);
    store.low(row, FlowStore.NEIGHBOURS, following);
    if (following != 0) {
      store.high(following, FlowStore.NEIGHBOURS, row);
    }
    heads[slot] = row;
  }

  void cancel(int row) {
    int due = store.high(row, FlowStore.DUE);
    if (due == 0) {
      return;
    }
    int before = store.high(row, FlowStore.NEIGHBOURS);
    int after = store.low(row, FlowStore.NEIGHBOURS);
    if (before == 0) {
      heads[due & (SLOTS - 1)] = after;
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
      int row = heads[second & (SLOTS - 1)];
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
}
