package io.finward.appliance.wiring;

import io.finward.appliance.observe.NatStats;
import io.finward.nat.apply.Nat;
import io.finward.nat.apply.NatException;
import io.finward.nat.apply.WallCounters;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules' counters. Asking the kernel starts a process, so one answer serves whoever asks within
 * a second. Not for an event loop.
 */
final class RuleStats implements NatStats {
  private static final Logger LOG = LoggerFactory.getLogger("appliance");
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Nat nat;
  private @Nullable WallCounters last;
  private long readNanos;

  RuleStats(Nat nat) {
    this.nat = nat;
  }

  @Override
  public Map<String, Long> wallDrops() {
    WallCounters counters = counters();
    return counters == null ? Map.of() : new TreeMap<>(counters.drops());
  }

  @Override
  public long leaks() {
    WallCounters counters = counters();
    return counters == null ? 0 : counters.leaks();
  }

  @Override
  public long repairs() {
    return 0;
  }

  @Override
  public List<String> deviations() {
    try {
      return nat.verify();
    } catch (NatException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private synchronized @Nullable WallCounters counters() {
    long now = System.nanoTime();
    if (last == null || now - readNanos > FRESH_NANOS) {
      try {
        last = nat.counters();
        readNanos = now;
      } catch (NatException e) {
        LOG.warn("the wall's counters cannot be read: {}", e.getMessage());
      }
    }
    return last;
  }
}
