package io.finward.conntrack.shadow;

import java.util.Arrays;

/**
 * Flow records as rows of twelve longs (96 bytes), in pages, so that growing copies nothing. Rows
 * are numbered from 1; 0 is no row.
 */
final class FlowStore {
  /** Longs a row. What they are is {@link PackedFlow}'s, but for these three. */
  static final int ROW = 12;

  /** Two ints: the next nodes in the hash chains of the original and the reply tuple. */
  static final int CHAINS = 9;

  /** Two ints: the neighbours in the wheel's slot; of a free row, the next free one. */
  static final int NEIGHBOURS = 10;

  /** Two ints: the second it is due, and the row's generation, which tells old handles apart. */
  static final int DUE = 11;

  private static final int FREE = -1;
  private static final int PAGE_BITS = 8;
  private static final int PAGE = 1 << PAGE_BITS;

  private long[][] pages = new long[4][];
  private int pageCount;
  private int unused = 1;
  private int free;
  private int size;

  int allocate() {
    size++;
    if (free != 0) {
      int row = free;
      free = low(row, NEIGHBOURS);
      high(row, DUE, 0);
      return row;
    }
    int row = unused++;
    int page = row >> PAGE_BITS;
    if (page == pageCount) {
      if (page == pages.length) {
        pages = Arrays.copyOf(pages, 2 * page);
      }
      pages[page] = new long[PAGE * ROW];
      pageCount++;
    }
    return row;
  }

  void release(int row) {
    size--;
    high(row, DUE, FREE);
    low(row, DUE, low(row, DUE) + 1);
    high(row, NEIGHBOURS, 0);
    low(row, NEIGHBOURS, free);
    free = row;
  }

  boolean inUse(int row) {
    return high(row, DUE) != FREE;
  }

  int size() {
    return size;
  }

  /** Rows that have ever been used are numbered below this. */
  int limit() {
    return unused;
  }

  long bytes() {
    return (long) pageCount * PAGE * ROW * Long.BYTES;
  }

  /** The page that holds a row; with {@link #offset} for reading several longs of it. */
  long[] page(int row) {
    return pages[row >> PAGE_BITS];
  }

  int offset(int row) {
    return (row & (PAGE - 1)) * ROW;
  }

  int high(int row, int word) {
    return (int) (page(row)[offset(row) + word] >>> 32);
  }

  int low(int row, int word) {
    return (int) page(row)[offset(row) + word];
  }

  void high(int row, int word, int value) {
    int at = offset(row) + word;
    long[] page = page(row);
    page[at] = (page[at] & 0xffffffffL) | ((long) value << 32);
  }

  void low(int row, int word, int value) {
    int at = offset(row) + word;
    long[] page = page(row);
    page[at] = (page[at] & ~0xffffffffL) | (value & 0xffffffffL);
  }
}
