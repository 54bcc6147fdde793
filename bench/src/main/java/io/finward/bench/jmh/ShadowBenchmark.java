package io.finward.bench.jmh;

import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Leg;
import io.finward.conntrack.shadow.Phase;
import io.finward.conntrack.shadow.ShadowShard;
import io.finward.conntrack.shadow.ShadowTimes;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A shard of the shadow table with many parked flows in it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ShadowBenchmark {
  private static final int PORTS = 50_000;

  /** Different flows that end; none of them is parked. */
  private static final int ENDING = 100_000;

  private final ShadowShard shard =
      new ShadowShard(
          ImmediateEventExecutor.INSTANCE,
          ShadowTimes.defaults(),
          1 << 27,
          42,
          () -> 1,
          _ -> {
            // Time stands still here.
          });
  private Tuple[] originals = new Tuple[0];
  private FlowRecord[] endings = new FlowRecord[0];
  private int next;
  private int ended;

  /** How many are parked. */
  @Param({"1000", "1000000"})
  public int flows;

  /** For JMH. */
  public ShadowBenchmark() {}

  /** Fills the table. */
  @Setup
  public void fill() {
    originals = new Tuple[flows];
    for (int i = 0; i < flows; i++) {
      originals[i] = original(i);
      shard.remember(flow(i).in(Phase.PARKED));
    }
    endings = new FlowRecord[ENDING];
    for (int i = 0; i < ENDING; i++) {
      endings[i] = flow(flows + PORTS + i).in(Phase.ENDED);
    }
  }

  /** A late packet's flow is looked up. */
  @Benchmark
  public @Nullable FlowRecord find() {
    return shard.find(originals[step()]);
  }

  /** A flow is parked whose tuple another one had before: one removed, one inserted. */
  @Benchmark
  public void replace() {
    shard.remember(flow(step()).in(Phase.PARKED));
  }

  /** A flow has ended, as nearly all do: while many are parked. */
  @Benchmark
  public void end() {
    ended = (ended + 1) % ENDING;
    shard.remember(endings[ended]);
  }

  private int step() {
    // A prime step: neighbours in time are no neighbours in memory.
    next = (next + 7919) % flows;
    return next;
  }

  private static FlowRecord flow(int number) {
    Tuple original = original(number);
    Tuple reply =
        Tuple.tcp(
            InetAddress.ofLiteral("192.0.2.1"), 8080, original.source(), original.sourcePort());
    return FlowRecord.opened(number, Leg.REDIRECTED, 0, original, reply);
  }

  private static Tuple original(int number) {
    InetAddress client = InetAddress.ofLiteral("192.0.2." + (2 + number / PORTS));
    return Tuple.tcp(client, 10_000 + number % PORTS, InetAddress.ofLiteral("198.51.100.2"), 80);
  }
}
