package io.finward.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of silent sessions, each kind in a fresh process that has carried some load: what a pool
 * kept from the kind before would hide what the next one costs.
 */
final class MemoryMeasuring {
  private static final int LOAD_SECONDS = 1;

  /** A JVM has to compile what it will. */
  private static final int JVM_LOAD_SECONDS = 4;

  private static final long SETTLE_MILLIS = 300;

  private final Plan plan;

  MemoryMeasuring(Plan plan) {
    this.plan = plan;
  }

  List<Sample> measure(Stand stand, int round) throws IOException {
    var samples = new ArrayList<Sample>();
    for (Metric metric : List.of(Metric.IDLE_MEMORY, Metric.HELD_MEMORY)) {
      MachineTime machine = MachineTime.now();
      double start = stand.restart();
      MachineTime.Share share = MachineTime.now().since(machine);
      samples.add(
          new Sample(
              stand.contestant().label(),
              Metric.START,
              2 * round + (metric == Metric.IDLE_MEMORY ? 0 : 1),
              start,
              share));
      new Load(stand).connections(stand.contestant().onJvm() ? JVM_LOAD_SECONDS : LOAD_SECONDS);
      double kilobytes = sessions(stand, metric == Metric.HELD_MEMORY);
      samples.add(new Sample(stand.contestant().label(), metric, round, kilobytes, share));
    }
    return samples;
  }

  /** What each session costs past the first ones, for which code, pools and buffers are made. */
  private double sessions(Stand stand, boolean halfClosed) throws IOException {
    int first = plan.sessions() / 2;
    try (SilentSessions _ = SilentSessions.open(stand, first, halfClosed)) {
      return more(stand, halfClosed);
    }
  }

  private double more(Stand stand, boolean halfClosed) throws IOException {
    settle(stand);
    Footprint before = Footprint.of(stand);
    try (SilentSessions _ = SilentSessions.open(stand, plan.sessions(), halfClosed)) {
      settle(stand);
      Footprint after = Footprint.of(stand);
      long held = after.descriptors() - before.descriptors();
      if (held < plan.sessions()) {
        throw new IOException(
            "holds no %s sessions: %d descriptors more for %d of them"
                .formatted(halfClosed ? "half-closed" : "idle", held, plan.sessions()));
      }
      return (after.kilobytes() - before.kilobytes()) / plan.sessions();
    }
  }

  /** The compilers' memory is none of the sessions'. */
  private static void settle(Stand stand) throws IOException {
    if (stand.contestant().onJvm()) {
      Quiet.await(stand);
    } else {
      Pause.millis(SETTLE_MILLIS);
    }
  }
}
