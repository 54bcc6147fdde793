package io.finward.conntrack.shadow;

import java.util.Arrays;

/**
 * Finds rows by either of their tuples. Linear hashing (Litwin 1980): each insertion splits at most
 * one bucket, so a table of a million flows never stops its loop to be rehashed. Chains go through
 * the rows; a bucket is one int.
 */
final class TupleIndex {
  private static final int PAGE_BITS = 12;
  private static final int PAGE = 1 << PAGE_BITS;

  private final FlowStore store;
  private final long seed;
  private final TupleKey scratch = new TupleKey();
  private int[][] pages = new int[4][];
  private int buckets = PAGE;
  private int lowMask = PAGE - 1;
  private int highMask = 2 * PAGE - 1;
  private int nodes;

  TupleIndex(FlowStore store, long seed) {
    this.store = store;
    this.seed = seed;
    pages[0] = new int[PAGE];
  }

  /** The row that has this tuple, as original or as reply; 0 when there is none. */
  int find(TupleKey key) {
    int node = head(bucket(key.hash(seed)));
    while (node != 0) {
      int row = row(node);
      if (PackedFlow.matches(store.page(row), store.offset(row), reply(node), key)) {
        return row;
      }
      node = next(node);
    }
    return 0;
  }

  void add(int row) {
    link(node(row, false));
    link(node(row, true));
    nodes += 2;
    while (nodes > buckets) {
      split();
    }
  }

  void remove(int row) {
    unlink(node(row, false));
    unlink(node(row, true));
    nodes -= 2;
  }

  long bytes() {
    return (long) ((buckets + PAGE - 1) >> PAGE_BITS) * PAGE * Integer.BYTES;
  }

  private void split() {
    int added = buckets++;
    int page = added >> PAGE_BITS;
    if (page == pages.length) {
      pages = Arrays.copyOf(pages, 2 * page);
    }
    if (pages[page] == null) {
      pages[page] = new int[PAGE];
    }
    if (buckets - 1 > highMask) {
      lowMask = highMask;
      highMask = 2 * highMask + 1;
    }
    int old = added & lowMask;
    int node = head(old);
    head(old, 0);
    while (node != 0) {
      int following = next(node);
      link(node);
      node = following;
    }
  }

  private void link(int node) {
    int bucket = bucket(hash(node));
    next(node, head(bucket));
    head(bucket, node);
  }

  private void unlink(int node) {
    int bucket = bucket(hash(node));
    int current = head(bucket);
    if (current == node) {
      head(bucket, next(node));
      return;
    }
    while (next(current) != node) {
      current = next(current);
    }
    next(current, next(node));
  }

  private int hash(int node) {
    int row = row(node);
    PackedFlow.key(store.page(row), store.offset(row), reply(node), scratch);
    return scratch.hash(seed);
  }

  private int bucket(int hash) {
    int bucket = hash & highMask;
    return bucket < buckets ? bucket : bucket & lowMask;
  }

  private int head(int bucket) {
    return pages[bucket >> PAGE_BITS][bucket & (PAGE - 1)];
  }

  private void head(int bucket, int node) {
    pages[bucket >> PAGE_BITS][bucket & (PAGE - 1)] = node;
  }

  private int next(int node) {
    return reply(node)
        ? store.low(row(node), FlowStore.CHAINS)
        : store.high(row(node), FlowStore.CHAINS);
  }

  private void next(int node, int following) {
    if (reply(node)) {
      store.low(row(node), FlowStore.CHAINS, following);
    } else {
      store.high(row(node), FlowStore.CHAINS, following);
    }
  }

  private static int node(int row, boolean reply) {
    return row << 1 | (reply ? 1 : 0);
  }

  private static int row(int node) {
    return node >>> 1;
  }

  private static boolean reply(int node) {
    return (node & 1) != 0;
  }
}
