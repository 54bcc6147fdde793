package io.finward.appliance.accesslog;

import io.finward.appliance.accesslog.AccessLog.Target;
import io.finward.appliance.accesslog.LoopAccessLog.Live;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * When the next line of each session is due. One interval for each log makes a queue of it: who had
 * a line last is due last. A tick writes a limited number of lines. Belongs to one loop.
 */
final class Intervals {
  private static final long TICK_MILLIS = 100;
  private static final int LINES_PER_TICK = 256;

  private final EventExecutor loop;
  private final LongSupplier clock;
  private final BiConsumer<Live, Target> write;

  /** By log, sessions in the order in which they are due, with the time. */
  private final Map<Target, SequencedMap<Live, Long>> due = new HashMap<>();

  private boolean ticking;

  Intervals(EventExecutor loop, LongSupplier clock, BiConsumer<Live, Target> write) {
    this.loop = loop;
    this.clock = clock;
    this.write = write;
  }

  void begin(Live live, Target target, long now) {
    due.computeIfAbsent(target, _ -> new LinkedHashMap<>())
        .put(live, now + target.entry().interval().toNanos());
    if (!ticking) {
      ticking = true;
      var _ = loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  void end(Live live, Target target) {
    SequencedMap<Live, Long> waiting = due.get(target);
    if (waiting != null) {
      waiting.remove(live);
    }
  }

  int size() {
    return due.values().stream().mapToInt(Map::size).sum();
  }

  private void tick() {
    ticking = false;
    long now = clock.getAsLong();
    due.forEach((target, waiting) -> writeDue(target, waiting, now));
    if (!ticking && due.values().stream().anyMatch(waiting -> !waiting.isEmpty())) {
      ticking = true;
      var _ = loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void writeDue(Target target, SequencedMap<Live, Long> waiting, long now) {
    for (int i = 0; i < LINES_PER_TICK; i++) {
      Map.Entry<Live, Long> first = waiting.firstEntry();
      if (first == null || now - first.getValue() < 0) {
        return;
      }
      waiting.remove(first.getKey());
      waiting.put(first.getKey(), now + target.entry().interval().toNanos());
      write.accept(first.getKey(), target);
    }
  }
}
