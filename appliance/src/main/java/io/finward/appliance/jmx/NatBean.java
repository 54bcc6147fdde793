package io.finward.appliance.jmx;

import io.finward.appliance.jmx.OpenTable.Column;
import io.finward.appliance.observe.NatStats;
import java.util.List;
import java.util.Map;
import javax.management.openmbean.TabularData;

/** The rules' counters, and whether they are in place. */
final class NatBean implements NatMBean {
  private static final OpenTable<Map.Entry<String, Long>> DROPS =
      new OpenTable<>(
          "WallDrop",
          List.of(
              Column.text("hook", "netfilter hook or clause", Map.Entry::getKey),
              Column.number("packets", "how many", Map.Entry::getValue)));

  private final NatStats stats;

  NatBean(NatStats stats) {
    this.stats = stats;
  }

  @Override
  public TabularData getWallDrops() {
    return DROPS.of(List.copyOf(stats.wallDrops().entrySet()));
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
  public String[] getDeviations() {
    return stats.deviations().toArray(String[]::new);
  }
}
