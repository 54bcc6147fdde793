package io.finward.conntrack.shadow;

import io.finward.conntrack.message.Tuple;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The flows of one shard whose sockets are gone, compact: about 100 bytes each, a million if need
 * be. Found by their original or their reply tuple; gone by themselves when their time is up.
 *
 * <p>Time is an int of seconds that the caller counts, from 0 up. Belongs to one event loop.
 */
public final class ParkedFlows {
  private static final int NONE = -1;

  /** One second each; who expires later waits for another turn of the wheel. */
  private static final int SLOTS = 4096;

  private final FlowRows rows = new FlowRows();
  private final FlowRows.Key key = new FlowRows.Key();
  private final int[] byOriginal;
  private final int[] byReply;
  private final int[] slots = new int[SLOTS];
  private final int seed;
  private int size;
  private int now;

  /**
   * An empty table.
   *
   * @param expected how many flows it should find fast; more are possible
   * @param seed of the hash; a random one outside tests
   */
  public ParkedFlows(int expected, int seed) {
    int heads = Integer.highestOneBit(Math.clamp(expected, 1024, 1 << 24));
    byOriginal = new int[heads];
    byReply = new int[heads];
    this.seed = seed;
    Arrays.fill(byOriginal, NONE);
    Arrays.fill(byReply, NONE);
    Arrays.fill(slots, NONE);
  }

  /** How many flows there are. */
  public int size() {
    return size;
  }

  /** Bytes the table occupies. */
  public long bytes() {
    return rows.bytes() + 4L * (byOriginal.length + byReply.length + SLOTS);
  }

  /**
   * Remembers a flow, in place of an older one with the same original tuple.
   *
   * @param expiresAt when to forget it, in seconds; what is past counts as the next second
   */
  public void put(ShadowFlow flow, int expiresAt) {
    remove(flow.original());
    int row = rows.allocate();
    rows.write(row, flow);
    int original = head(byOriginal, flow.original());
    rows.set(row, FlowRows.NEXT_BY_ORIGINAL, byOriginal[original]);
    byOriginal[original] = row;
    int reply = head(byReply, flow.reply());
    rows.set(row, FlowRows.NEXT_BY_REPLY, byReply[reply]);
    byReply[reply] = row;
    int expires = Math.max(expiresAt, now + 1);
    rows.set(row, FlowRows.EXPIRES, expires);
    linkSlot(row, expires & SLOTS - 1);
    size++;
  }

  /** The flow one of whose two tuples this is; null when there is none. */
  public @Nullable ShadowFlow find(Tuple tuple) {
    int row = rowByOriginal(tuple);
    if (row == NONE) {
      row = rowByReply(tuple);
    }
    return row == NONE ? null : rows.read(row);
  }

  /** Forgets the flow with this original tuple; returns whether there was one. */
  public boolean remove(Tuple original) {
    int row = rowByOriginal(original);
    if (row == NONE) {
      return false;
    }
    forget(row);
    return true;
  }

  /** Lets time pass up to {@code seconds}: forgets what expired, at the cost of what passes by. */
  public void advance(int seconds) {
    int turns = Math.min(seconds - now, SLOTS);
    now = Math.max(now, seconds);
    for (int second = now - turns + 1; second <= now; second++) {
      int row = slots[second & SLOTS - 1];
      while (row != NONE) {
        int next = rows.get(row, FlowRows.NEXT_IN_SLOT);
        if (rows.get(row, FlowRows.EXPIRES) <= now) {
          forget(row);
        }
        row = next;
      }
    }
  }

  /** Shows every flow. The action must not change the table. */
  public void forEach(Consumer<ShadowFlow> action) {
    for (int head : byOriginal) {
      for (int row = head; row != NONE; row = rows.get(row, FlowRows.NEXT_BY_ORIGINAL)) {
        action.accept(rows.read(row));
      }
    }
  }

  private int rowByOriginal(Tuple tuple) {
    int row = byOriginal[head(byOriginal, tuple)];
    while (row != NONE && !rows.originalIs(row, key)) {
      row = rows.get(row, FlowRows.NEXT_BY_ORIGINAL);
    }
    return row;
  }

  private int rowByReply(Tuple tuple) {
    int row = byReply[head(byReply, tuple)];
    while (row != NONE && !rows.replyIs(row, key)) {
      row = rows.get(row, FlowRows.NEXT_BY_REPLY);
    }
    return row;
  }

  /** The chain of a tuple; leaves the tuple in {@link #key}. */
  private int head(int[] heads, Tuple tuple) {
    return key.of(tuple).hash(seed) & heads.length - 1;
  }

  private void forget(int row) {
    ShadowFlow flow = rows.read(row);
    unchain(byOriginal, head(byOriginal, flow.original()), row, FlowRows.NEXT_BY_ORIGINAL);
    unchain(byReply, head(byReply, flow.reply()), row, FlowRows.NEXT_BY_REPLY);
    unlinkSlot(row);
    rows.release(row);
    size--;
  }

  private void unchain(int[] heads, int head, int row, int link) {
    int after = rows.get(row, link);
    if (heads[head] == row) {
      heads[head] = after;
      return;
    }
    int before = heads[head];
    while (rows.get(before, link) != row) {
      before = rows.get(before, link);
    }
    rows.set(before, link, after);
  }

  private void linkSlot(int row, int slot) {
    int first = slots[slot];
    rows.set(row, FlowRows.NEXT_IN_SLOT, first);
    rows.set(row, FlowRows.PREVIOUS_IN_SLOT, NONE);
    if (first != NONE) {
      rows.set(first, FlowRows.PREVIOUS_IN_SLOT, row);
    }
    slots[slot] = row;
  }

  private void unlinkSlot(int row) {
    int next = rows.get(row, FlowRows.NEXT_IN_SLOT);
    int previous = rows.get(row, FlowRows.PREVIOUS_IN_SLOT);
    if (previous == NONE) {
      slots[rows.get(row, FlowRows.EXPIRES) & SLOTS - 1] = next;
    } else {
      rows.set(previous, FlowRows.NEXT_IN_SLOT, next);
    }
    if (next != NONE) {
      rows.set(next, FlowRows.PREVIOUS_IN_SLOT, previous);
    }
  }
}
