package io.finward.appliance.jmx;

import io.finward.appliance.observe.NatStats;
import java.util.List;
import java.util.Map;

/** The rules' counters, and whether they are in place. */
final class NatBean implements NatMXBean {
  private final NatStats stats;

  NatBean(NatStats stats) {
    this.stats = stats;
  }

  @Override
  public Map<String, Long> getWallDrops() {
    return stats.wallDrops();
  }

  @Override
  public long getLeaks() {
    return stats.leaks();
  }

  @Override
  public long getRepairs() {
    return stats.repairs();
  }

  @Override
  public List<String> getDeviations() {
    return stats.deviations();
  }
}
