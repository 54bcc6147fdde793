package io.finward.conntrack.rescue;

import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.Tuple;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How the entries that were destroyed lately ended; bounded. */
final class LossHistory {
  private static final int KEPT = 20_000;

  /** A packet that was under way when the entry went is here by then. */
  private static final long RECENT_NANOS = Duration.ofSeconds(5).toNanos();

  /** From this fill on the kernel gives up entries that are not open (early_drop_worker). */
  private static final double EARLY_DROP_FILL = 0.95;

  private final LongSupplier nanoTime;
  private final Map<Tuple, Reason> losses = bounded();

  /** When an entry's loss was last noticed, by original tuple: told of, or by the lack of it. */
  private final Map<Tuple, Long> noticed = bounded();

  LossHistory(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Notes an entry's end.
   *
   * @param byRequest whether somebody asked for it
   * @param fill of the kernel's table just then
   */
  void note(ConntrackEntry entry, boolean byRequest, double fill) {
    Reason reason =
        byRequest
            ? Reason.FLUSHED
            : fill >= EARLY_DROP_FILL ? Reason.EARLY_DROPPED : Reason.EXPIRED;
    losses.put(entry.original(), reason);
    noticed(entry.original());
  }

  /** Why this flow's entry is gone, as far as the kernel has told. */
  Reason of(Tuple original) {
    return losses.getOrDefault(original, Reason.EXPIRED);
  }

  /** Whether the flow has lost its entry within the last seconds, even if it has one again. */
  boolean recent(Tuple original) {
    Long nanos = noticed.get(original);
    return nanos != null && nanoTime.getAsLong() - nanos < RECENT_NANOS;
  }

  /** The flow had no entry just now. */
  void noticed(Tuple original) {
    noticed.put(original, nanoTime.getAsLong());
  }

  void forget(Tuple original) {
    losses.remove(original);
  }

  private static <V> Map<Tuple, V> bounded() {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Tuple, V> eldest) {
        return size() > KEPT;
      }
    };
  }
}
