package io.finward.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What one piece of load measures: the unit that {@code --figure} chooses. */
enum Figure {
  /** Whole large objects, one after the other. */
  BYTES,
  /** A connection for each small object. */
  CONNECTIONS,
  /** Small objects over kept connections. */
  REQUESTS,
  /** One small request at a time. */
  LATENCY,
  /** Small requests at a fixed rate, whatever comes back. */
  OPEN_LOOP,
  /** Sessions that are open, or half-closed, and silent; and the start before it. */
  MEMORY;

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  List<Metric> metrics() {
    return Arrays.stream(Metric.values()).filter(metric -> metric.figure() == this).toList();
  }
}
