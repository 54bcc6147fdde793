package io.finward.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A number in the report; less is better in all of them. */
enum Metric {
  CPU_PER_GB(Figure.BYTES, "proxy CPU per GiB", "ms", 0.60),
  CPU_PER_CONNECTION(Figure.CONNECTIONS, "proxy CPU per connection", "µs", 0.92),
  CPU_PER_REQUEST(Figure.REQUESTS, "proxy CPU per small keep-alive request", "µs", 0.82),
  LATENCY_P50(Figure.LATENCY, "latency, one at a time, p50", "µs", 0.85),
  LATENCY_P99(Figure.LATENCY, "latency, one at a time, p99", "µs", null),
  OPEN_LOOP_P50(Figure.OPEN_LOOP, "latency, open loop at half load, p50", "µs", 1.0),
  OPEN_LOOP_P99(Figure.OPEN_LOOP, "latency, open loop at half load, p99", "µs", 1.0),
  IDLE_MEMORY(Figure.MEMORY, "user memory per idle session", "KiB", 1.0),
  HELD_MEMORY(Figure.MEMORY, "user memory per half-closed session", "KiB", null),
  START(Figure.MEMORY, "start until it takes connections", "ms", null),
  CPU_BESIDE_1(Figure.SCALE, "proxy CPU per connection, 1 open session", "µs", null),
  CPU_BESIDE_10(Figure.SCALE, "proxy CPU per connection, 10 open sessions", "µs", null),
  CPU_BESIDE_100(Figure.SCALE, "proxy CPU per connection, 100 open sessions", "µs", null),
  CPU_BESIDE_1000(Figure.SCALE, "proxy CPU per connection, 1,000 open sessions", "µs", null),
  CPU_BESIDE_6000(Figure.SCALE, "proxy CPU per connection, 6,000 open sessions", "µs", null),
  CPU_BESIDE_9000(Figure.SCALE, "proxy CPU per connection, 9,000 open sessions", "µs", null),
  CPU_BESIDE_4000_HELD(
      Figure.SCALE, "proxy CPU per connection, 4,000 half-closed sessions", "µs", null),
  CPU_PER_EXPLICIT_REQUEST(
      Figure.EXPLICIT, "proxy CPU per small absolute-form request", "µs", null),
  CPU_PER_TUNNEL(Figure.TUNNELS, "proxy CPU per CONNECT tunnel", "µs", null);

  private final Figure figure;
  private final String words;
  private final String unit;
  private final @Nullable Double target;

  Metric(Figure figure, String words, String unit, @Nullable Double target) {
    this.figure = figure;
    this.words = words;
    this.unit = unit;
    this.target = target;
  }

  Figure figure() {
    return figure;
  }

  String words() {
    return words;
  }

  String unit() {
    return unit;
  }

  /** The field name in JSON. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * What Finward may cost, as a part of what the reference costs; null where nothing was promised.
   */
  @Nullable Double target() {
    return target;
  }

  /** Whether the promise is about what the proxy adds to a direct connection. */
  boolean overDirect() {
    return this == LATENCY_P50;
  }
}
