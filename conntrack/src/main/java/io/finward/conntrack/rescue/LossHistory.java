package io.finward.conntrack.rescue;

import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.Tuple;
import java.util.LinkedHashMap;
import java.util.Map;

/** How the entries that were destroyed lately ended; bounded. */
final class LossHistory {
  private static final int KEPT = 20_000;

  /** From this fill on the kernel gives up entries that are not open (early_drop_worker). */
  private static final double EARLY_DROP_FILL = 0.95;

  private final Map<Tuple, Reason> reasons =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Tuple, Reason> eldest) {
          return size() > KEPT;
        }
      };

  /**
   * Notes an entry's end.
   *
   * @param byRequest whether somebody asked for it
   * @param fill of the kernel's table just then
   */
  Reason note(ConntrackEntry entry, boolean byRequest, double fill) {
    Reason reason =
        byRequest
            ? Reason.FLUSHED
            : fill >= EARLY_DROP_FILL ? Reason.EARLY_DROPPED : Reason.EXPIRED;
    reasons.put(entry.original(), reason);
    return reason;
  }

  /** Why this flow's entry is gone, as far as the kernel has told. */
  Reason of(Tuple original) {
    return reasons.getOrDefault(original, Reason.EXPIRED);
  }

  void forget(Tuple original) {
    reasons.remove(original);
  }
}
