package io.finward.bench.jmh;

import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.access.AccessRule;
import io.finward.proxy.access.AccessRules;
import io.finward.proxy.access.Condition;
import io.finward.proxy.access.DefaultPolicy;
import io.finward.proxy.access.Networks;
import io.finward.proxy.access.Verdict;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A request judged by a hundred rules none of which is about it, and then by the protection. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AccessBenchmark {
  private static final int RULES = 100;

  private final AccessRules rules =
      new AccessRules(rules(), new DefaultPolicy(DefaultPolicy.CONNECT_PORTS));
  private final AccessRequest request =
      new AccessRequest(
          "web",
          InetAddress.ofLiteral("192.0.2.1"),
          null,
          Set.of(),
          "www.example.org",
          InetAddress.ofLiteral("198.51.100.7"),
          443,
          "CONNECT",
          "www.example.org:443",
          0);

  /** For JMH. */
  public AccessBenchmark() {}

  private static List<AccessRule> rules() {
    List<AccessRule> rules = new ArrayList<>();
    for (int i = 0; i < RULES; i++) {
      Condition client =
          new Condition.Client(
              Networks.of(
                  List.of(new Networks.Network(InetAddress.ofLiteral("10." + i + ".0.0"), 16))));
      Condition port = new Condition.Ports(List.of(new Condition.Ports.Range(8000 + i, 8000 + i)));
      rules.add(
          new AccessRule(
              "rule " + i, AccessRule.Action.DENY, new Condition.Any(List.of(client, port))));
    }
    return rules;
  }

  /** The verdict. */
  @Benchmark
  public Verdict decide() {
    return rules.decide(request);
  }
}
