package io.finward.conntrack.shadow;

import io.finward.conntrack.message.Tuple;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Rows, found by tuple and due by time. Seconds are of any clock that begins after 0. */
final class FlowTable {
  private final FlowStore store = new FlowStore();
  private final TupleIndex index;
  private final DueWheel wheel;
  private final TupleKey key = new TupleKey();

  FlowTable(long seed, int nowSeconds) {
    index = new TupleIndex(store, seed);
    wheel = new DueWheel(store, nowSeconds);
  }

  int insert(FlowRecord flow) {
    int row = store.allocate();
    PackedFlow.write(store.page(row), store.offset(row), flow);
    index.add(row);
    return row;
  }

  /** The row that has this tuple, as original or reply; 0 when there is none. */
  int find(Tuple tuple) {
    return tuple.protocol() == Tuple.TCP ? index.find(key.set(tuple)) : 0;
  }

  FlowRecord read(int row) {
    return PackedFlow.read(store.page(row), store.offset(row));
  }

  Phase phase(int row) {
    return PackedFlow.phase(store.page(row)[store.offset(row) + PackedFlow.FLAGS]);
  }

  /** Moves a row to another phase. */
  void phase(int row, Phase phase) {
    PackedFlow.phase(store.page(row), store.offset(row), phase);
  }

  /** Notes an end's FIN; returns whether exactly one end's has been seen now. */
  boolean closed(int row, End end, int seconds) {
    return PackedFlow.closed(store.page(row), store.offset(row), end, seconds);
  }

  /** Notes that the entry lasts by our CTA_TIMEOUT. */
  void leased(int row) {
    PackedFlow.leased(store.page(row), store.offset(row));
  }

  /** Replaces what a row says of its flow, whose tuples change. */
  void update(int row, FlowRecord flow) {
    index.remove(row);
    PackedFlow.write(store.page(row), store.offset(row), flow);
    index.add(row);
  }

  void remove(int row) {
    wheel.cancel(row);
    index.remove(row);
    store.release(row);
  }

  void schedule(int row, int seconds) {
    wheel.schedule(row, seconds);
  }

  void cancel(int row) {
    wheel.cancel(row);
  }

  boolean advance(int nowSeconds, int budget, IntConsumer due) {
    return wheel.advance(nowSeconds, budget, due);
  }

  /** Changes when a row is freed, so that a handle kept too long is found out. */
  int generation(int row) {
    return store.low(row, FlowStore.DUE);
  }

  int size() {
    return store.size();
  }

  /** Bytes of rows and buckets; the wheel's, half a megabyte at most, are apart. */
  long bytes() {
    return store.bytes() + index.bytes();
  }

  /** Calls for each flow, in no order. The table must not change meanwhile. */
  void forEach(@Nullable Phase only, Consumer<FlowRecord> each) {
    for (int row = 1; row < store.limit(); row++) {
      if (store.inUse(row) && (only == null || phase(row) == only)) {
        each.accept(read(row));
      }
    }
  }
}
