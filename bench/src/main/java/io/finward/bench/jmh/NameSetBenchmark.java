package io.finward.bench.jmh;

import io.finward.proxy.access.NameSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A list of a million domains, as blocklists have them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NameSetBenchmark {
  private static final int NAMES = 1_000_000;

  private final List<String> present = new ArrayList<>();
  private final List<String> absent = new ArrayList<>();
  private NameSet set = NameSet.of(List.of());
  private int next;

  /** For JMH. */
  public NameSetBenchmark() {}

  /** Fills the list and says how large it is. */
  @Setup
  public void fill() {
    Random random = new Random(42);
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < NAMES; i++) {
      String name = Long.toString(random.nextLong() >>> 20, 36) + i + ".example";
      entries.add("." + name);
      present.add("www." + name);
      absent.add("www.x" + name);
    }
    set = NameSet.of(entries);
    System.out.printf("%.1f bytes per name%n", (double) set.bytes() / set.size());
  }

  /** A name below a domain of the list. */
  @Benchmark
  public boolean present() {
    return set.contains(present.get(step()));
  }

  /** A name that is not in the list. */
  @Benchmark
  public boolean absent() {
    return set.contains(absent.get(step()));
  }

  private int step() {
    // A prime step: neighbours in time are no neighbours in memory.
    next = (next + 7919) % NAMES;
    return next;
  }
}
