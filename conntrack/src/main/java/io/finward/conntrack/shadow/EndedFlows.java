package io.finward.conntrack.shadow;

import io.finward.conntrack.message.Tuple;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Flows of which both ends are done, the newest last: a log that is written from front to back and
 * forgotten from its tail, by age, or by number once it is full. Nearly every flow comes here and
 * nearly none is asked for again, so putting one in touches its record and two buckets and nothing
 * of older flows: what is forgotten or came before on the same tuple is recognised when a search
 * meets it.
 *
 * <p>Records are numbered; a number is of a forgotten record once it is further behind the newest
 * than there are records. Chains of a bucket lead from newer to older.
 */
final class EndedFlows {
  /** Longs a record: a {@link PackedFlow}, and two of our own. */
  static final int RECORD = 11;

  /** Two ints: the next older nodes in the chains of the original and of the reply tuple. */
  private static final int CHAINS = 9;

  /** The second of its end. */
  private static final int ENDED = 10;

  private static final int PAGE_BITS = 10;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final int MOST = 1 << 18;
  private static final int BUCKET_BITS = 15;

  private static final long[] NO_PAGE = {};

  private final long seed;
  private final int keep;
  private final int capacity;
  private final TupleKey scratch = new TupleKey();

  /** The newest node of each bucket. A node is a record's number, and which of its tuples. */
  private final int[] heads = new int[1 << BUCKET_BITS];

  private final long[][] pages;

  /** A page that was forgotten, for the next one that is needed. */
  private long[] spare = NO_PAGE;

  /** The number of the next record. */
  private int next = 1;

  private int size;
  private int pageCount;

  /**
   * Holds nothing yet.
   *
   * @param seed of the hash; secret
   * @param keepSeconds how long a flow is remembered
   * @param bytes of memory it may have; of what does not fit the oldest goes. Room for 1,024 flows
   *     there is always, for 260,000 at most
   */
  EndedFlows(long seed, int keepSeconds, long bytes) {
    this.seed = seed;
    this.keep = keepSeconds;
    this.capacity = capacity(bytes);
    this.pages = new long[capacity >> PAGE_BITS][];
    Arrays.fill(pages, NO_PAGE);
  }

  /** Takes a flow in, whatever its phase was. */
  void add(FlowRecord flow, int nowSeconds) {
    if (size == capacity - PAGE) {
      // Not to the last page: the one to be written next is a forgotten one, then.
      dropOldest();
    }
    int number = next++;
    size++;
    long[] page = pageToWrite(number);
    int at = offset(number);
    PackedFlow.write(page, at, flow);
    PackedFlow.phase(page, at, Phase.ENDED);
    page[at + ENDED] = nowSeconds;
    int original = link(page, at, number << 1);
    int reply = link(page, at, number << 1 | 1);
    page[at + CHAINS] = (long) original << 32 | (reply & 0xffffffffL);
  }

  /** The newest flow that has this tuple, as original or as reply; null when none is remembered. */
  @Nullable FlowRecord find(Tuple tuple, int nowSeconds) {
    int place = place(tuple, nowSeconds);
    return place < 0 ? null : PackedFlow.read(page(place), offset(place));
  }

  /** Notes that the entry of the newest flow of a tuple lasts by our CTA_TIMEOUT. */
  void leased(Tuple tuple, int nowSeconds) {
    int place = place(tuple, nowSeconds);
    if (place >= 0) {
      PackedFlow.leased(page(place), offset(place));
    }
  }

  /** Forgets what is too old. */
  void expire(int nowSeconds) {
    while (size > 0 && old(next - size, nowSeconds)) {
      dropOldest();
    }
  }

  /** Calls for each, the oldest first; those that have lost their tuple to a newer one too. */
  void forEach(Consumer<FlowRecord> each) {
    for (int number = next - size; number != next; number++) {
      each.accept(PackedFlow.read(page(number), offset(number)));
    }
  }

  int size() {
    return size;
  }

  long bytes() {
    return (long) pageCount * PAGE * RECORD * Long.BYTES + (long) heads.length * Integer.BYTES;
  }

  /** A power of two: places are numbers with their upper bits cut off. */
  private static int capacity(long bytes) {
    long records = bytes / (RECORD * Long.BYTES);
    return (int) Long.highestOneBit(Math.clamp(records, 2 * PAGE, MOST));
  }

  /** Where the newest record of a tuple is; negative when there is none. */
  private int place(Tuple tuple, int nowSeconds) {
    if (tuple.protocol() != Tuple.TCP) {
      return -1;
    }
    TupleKey key = scratch.set(tuple);
    int node = heads[bucket(key)];
    while (remembered(node)) {
      int place = (node >>> 1) & (capacity - 1);
      long[] page = page(place);
      int at = offset(place);
      boolean reply = (node & 1) != 0;
      if (PackedFlow.matches(page, at, reply, key)) {
        return old(place, nowSeconds) ? -1 : place;
      }
      int older = (int) (reply ? page[at + CHAINS] : page[at + CHAINS] >>> 32);
      if (older - node >= 0) {
        return -1;
      }
      node = older;
    }
    return -1;
  }

  /** Whether a node is of a record that has not been dropped; numbers wrap around. */
  private boolean remembered(int node) {
    int behind = (next << 1) - node;
    return behind > 0 && (behind + 1) >> 1 <= size;
  }

  private boolean old(int number, int nowSeconds) {
    return nowSeconds - page(number)[offset(number) + ENDED] >= keep;
  }

  /** Makes a node the newest of its bucket; returns which was. */
  private int link(long[] page, int at, int node) {
    PackedFlow.key(page, at, (node & 1) != 0, scratch);
    int bucket = bucket(scratch);
    int before = heads[bucket];
    heads[bucket] = node;
    return before;
  }

  private void dropOldest() {
    int oldest = next - size;
    size--;
    if (((oldest + 1) & (PAGE - 1)) == 0) {
      int index = index(oldest);
      spare = pages[index];
      pages[index] = NO_PAGE;
      pageCount--;
    }
  }

  private long[] pageToWrite(int number) {
    long[] page = pages[index(number)];
    if (page.length == 0) {
      page = spare.length == 0 ? new long[PAGE * RECORD] : spare;
      spare = NO_PAGE;
      pages[index(number)] = page;
      pageCount++;
    }
    return page;
  }

  private long[] page(int number) {
    return pages[index(number)];
  }

  private int index(int number) {
    return (number & (capacity - 1)) >> PAGE_BITS;
  }

  private static int offset(int number) {
    return (number & (PAGE - 1)) * RECORD;
  }

  private int bucket(TupleKey key) {
    return key.hash(seed) >>> (Integer.SIZE - BUCKET_BITS);
  }
}
