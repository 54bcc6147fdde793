package io.finward.bench.jmh;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the benchmarks of this package, allocation included. */
public final class Micro {
  private Micro() {}

  /** Runs those whose name contains a match; answers the exit code. */
  public static int run(String regex) throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(Micro.class.getPackageName() + "\\..*" + regex)
                .addProfiler(GCProfiler.class)
                .build())
        .run();
    return 0;
  }
}
