package io.finward.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a connection costs beside many sessions that are open, or half-closed, and silent. */
final class ScaleMeasuring {
  private static final double NANOS_PER_MICRO = 1e3;

  /** The peers are configured for 7,000 sessions, of which the load needs some. */
  private static final int MOST_OF_A_PEER = 6_000;

  /** From so many on, what it costs to begin to hold them is let pass first. */
  private static final int MANY = 1_000;

  /**
   * One point of the chart.
   *
   * @param sessions how many are there
   */
  private record Level(Metric metric, int sessions) {}

  private static final List<Level> OPEN =
      List.of(
          new Level(Metric.CPU_BESIDE_1, 1),
          new Level(Metric.CPU_BESIDE_10, 10),
          new Level(Metric.CPU_BESIDE_100, 100),
          new Level(Metric.CPU_BESIDE_1000, 1_000),
          new Level(Metric.CPU_BESIDE_6000, 6_000),
          new Level(Metric.CPU_BESIDE_9000, 9_000));
  private static final Level HELD = new Level(Metric.CPU_BESIDE_4000_HELD, 4_000);

  private final Plan plan;

  ScaleMeasuring(Plan plan) {
    this.plan = plan;
  }

  /** Leaves out what the plan or the contestant has not as many sessions for. */
  List<Sample> measure(Stand stand, int round) throws IOException {
    boolean ours = stand.contestant().label().equals(Contestant.FINWARD);
    int most = Math.min(plan.mostSessions(), ours ? Integer.MAX_VALUE : MOST_OF_A_PEER);
    List<Sample> samples = new ArrayList<>();
    try (SilentSessions open = SilentSessions.open(stand, 0, false)) {
      int opened = 0;
      for (Level level : OPEN) {
        if (level.sessions <= most) {
          open.add(stand, level.sessions - opened, false);
          opened = level.sessions;
          if (opened >= MANY) {
            Quiet.await(stand);
          }
          samples.add(connections(stand, level.metric, round));
        }
      }
    }
    if (HELD.sessions <= most) {
      try (SilentSessions _ = SilentSessions.open(stand, HELD.sessions, true)) {
        Quiet.await(stand);
        samples.add(connections(stand, HELD.metric, round));
      }
    }
    return samples;
  }

  private Sample connections(Stand stand, Metric metric, int round) throws IOException {
    MachineTime machine = MachineTime.now();
    CpuTime before = CpuTime.of(stand.pids());
    Load.Report report = new Load(stand).connections(plan.loadSeconds());
    double nanos = CpuTime.of(stand.pids()).since(before);
    return new Sample(
        stand.contestant().label(),
        metric,
        round,
        nanos / NANOS_PER_MICRO / report.requests(),
        MachineTime.now().since(machine));
  }
}
