package io.finward.appliance.metrics;

import java.util.Map;
import java.util.function.LongSupplier;

/** What the access logs have lost. */
public final class AccessLogMetrics {
  private AccessLogMetrics() {}

  /**
   * Shows it in {@code meters}.
   *
   * @param lost lines, by destination
   */
  public static void register(Meters meters, Map<String, LongSupplier> lost) {
    meters.counters(
        "finward_access_log_lost_total",
        "Lines that an access log could not write.",
        () ->
            lost.entrySet().stream()
                .map(e -> new Sample(Map.of("to", e.getKey()), e.getValue().getAsLong()))
                .toList());
  }
}
