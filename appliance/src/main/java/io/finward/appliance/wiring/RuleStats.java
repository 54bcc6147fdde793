package io.finward.appliance.wiring;

import io.finward.appliance.observe.NatStats;
import io.finward.nat.apply.NatException;
import io.finward.nat.apply.WallCounters;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules' counters. Asking may wait for a process: not for an event loop. */
final class RuleStats implements NatStats {
  private static final Logger LOG = LoggerFactory.getLogger("appliance");

  private final KeptRules rules;

  /** What was read last: a reading that fails must not look like a leak that is gone. */
  private volatile long lastLeaks;

  RuleStats(KeptRules rules) {
    this.rules = rules;
  }

  @Override
  public Map<String, Long> wallDrops() {
    WallCounters counters = counters();
    return counters == null ? Map.of() : new TreeMap<>(counters.drops());
  }

  @Override
  public long leaks() {
    WallCounters counters = counters();
    if (counters != null) {
      lastLeaks = counters.leaks();
    }
    return lastLeaks;
  }

  @Override
  public long repairs() {
    return rules.repairs();
  }

  @Override
  public List<String> deviations() {
    try {
      return rules.nat().verify();
    } catch (NatException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable WallCounters counters() {
    try {
      return rules.nat().counters();
    } catch (NatException e) {
      LOG.warn("the wall's counters cannot be read: {}", e.getMessage());
      return null;
    }
  }
}
