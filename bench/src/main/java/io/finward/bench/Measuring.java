package io.finward.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One figure of one contestant: load, and the CPU time before and after it. */
final class Measuring {
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MEGABYTES_PER_GB = 1024;

  private final Plan plan;
  private final Path requestLog;

  /** Half of what the first contestant managed with kept connections; the same for all. */
  private double openLoopRate;

  Measuring(Plan plan, Path requestLog) {
    this.plan = plan;
    this.requestLog = requestLog;
  }

  List<Sample> measure(Stand stand, Figure figure, int round) throws IOException {
    Load load = new Load(stand);
    if (figure == Figure.OPEN_LOOP && openLoopRate == 0) {
      openLoopRate = load.requests(Load.CONNECTIONS, 1).perSecond() / 2;
    }
    MachineTime machine = MachineTime.now();
    CpuTime before = CpuTime.of(stand.pids());
    Load.Report report =
        switch (figure) {
          case BYTES -> load.objects(plan.objects(), plan.objectMegabytes());
          case CONNECTIONS -> load.connections(plan.loadSeconds());
          case REQUESTS -> load.requests(Load.CONNECTIONS, plan.loadSeconds());
          case LATENCY -> load.requests(1, plan.loadSeconds());
          case OPEN_LOOP -> load.openLoop(openLoopRate, plan.loadSeconds(), requestLog);
          case EXPLICIT ->
              stand.contestant().keepsAlive()
                  ? load.explicitRequests(plan.loadSeconds())
                  : load.explicitConnections(plan.tunnels());
          case TUNNELS -> load.tunnels(plan.tunnels());
          case MEMORY, SCALE ->
              throw new IllegalArgumentException(figure.label() + " is measured apart");
        };
    double nanos = CpuTime.of(stand.pids()).since(before);
    MachineTime.Share share = MachineTime.now().since(machine);
    double gigabytes = plan.objects() * plan.objectMegabytes() / MEGABYTES_PER_GB;
    var samples = new ArrayList<Sample>();
    for (Metric metric : figure.metrics()) {
      double value =
          switch (metric) {
            case CPU_PER_GB -> nanos / NANOS_PER_MILLI / gigabytes;
            case CPU_PER_CONNECTION, CPU_PER_REQUEST, CPU_PER_EXPLICIT_REQUEST, CPU_PER_TUNNEL ->
                nanos / NANOS_PER_MICRO / report.requests();
            case LATENCY_P50, OPEN_LOOP_P50 -> report.p50();
            case LATENCY_P99, OPEN_LOOP_P99 -> report.p99();
            case IDLE_MEMORY,
                HELD_MEMORY,
                START,
                CPU_BESIDE_1,
                CPU_BESIDE_10,
                CPU_BESIDE_100,
                CPU_BESIDE_1000,
                CPU_BESIDE_6000,
                CPU_BESIDE_9000,
                CPU_BESIDE_4000_HELD ->
                throw new IllegalArgumentException(metric.label());
          };
      samples.add(new Sample(stand.contestant().label(), metric, round, value, share));
    }
    return samples;
  }
}
