package io.finward.appliance.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The same test suites of others, with their own programs, once straight to the server and once
 * through the proxy: what passes must pass, and what says something must say the same. Straight is
 * from the gateway, whose own connections nobody intercepts.
 */
final class Differential implements Scenario {
  /**
   * All that the lab may have: what runs beside it would be measured by the suites' time limits.
   */
  private static final int ALONE = 18_000;

  private final List<ForeignSuite> suites;
  private final List<Variant> variants;

  private Differential(List<ForeignSuite> suites, List<Variant> variants) {
    this.suites = List.copyOf(suites);
    this.variants = List.copyOf(variants);
  }

  /** All suites, both ways, both families. */
  Differential() {
    this(
        List.of(
            MariadbSuite.create(),
            CommandSuite.iperf(),
            CommandSuite.redis(2000),
            CommandSuite.rsync(),
            CommandSuite.git()),
        Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY));
  }

  /** What takes seconds. */
  static Differential brief(Variant... variants) {
    return new Differential(
        List.of(CommandSuite.redis(100), CommandSuite.rsync(), CommandSuite.git()),
        List.of(variants));
  }

  @Override
  public String label() {
    return "differential";
  }

  @Override
  public String summary() {
    return "test suites and clients of others, straight and through the proxy: the same results";
  }

  @Override
  public List<Variant> variants() {
    return variants;
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public int descriptors() {
    return ALONE;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    for (ForeignSuite suite : suites) {
      suite.serve(trial);
    }
    Map<String, String> straight =
        runAll(new ForeignSuite.Run(trial, trial.topology().gateway(), "straight"));
    trial.startProxy(Setup.usual(trial.variant()).withAllPorts());
    Map<String, String> through =
        runAll(new ForeignSuite.Run(trial, trial.topology().client(), "through"));
    Leaks leaks = trial.watch().leaks();
    List<String> different = different(straight, through);
    int good = good(straight);
    String note =
        "passed straight, through: %s%s"
            .formatted(
                bySuite(straight, through),
                different.isEmpty() ? "" : "; different: " + String.join(" | ", different));
    boolean passed = leaks.none() && different.isEmpty() && good == straight.size();
    return new Outcome(through.size(), 0, leaks, 0, passed, note);
  }

  private Map<String, String> runAll(ForeignSuite.Run run) throws IOException {
    Files.createDirectory(run.directory());
    var results = new TreeMap<String, String>();
    for (ForeignSuite suite : suites) {
      suite.run(run).forEach((test, result) -> results.put(suite.label() + " " + test, result));
    }
    return results;
  }

  /** {@code redis 4, 4 of 4}, and so on. */
  private String bySuite(Map<String, String> straight, Map<String, String> through) {
    var said = new LinkedHashMap<String, String>();
    for (ForeignSuite suite : suites) {
      Map<String, String> one = of(suite, straight);
      Map<String, String> other = of(suite, through);
      said.put(suite.label(), "%d, %d of %d".formatted(good(one), good(other), one.size()));
    }
    return String.join(
        "; ", said.entrySet().stream().map(it -> it.getKey() + " " + it.getValue()).toList());
  }

  private static Map<String, String> of(ForeignSuite suite, Map<String, String> results) {
    var own = new TreeMap<String, String>();
    results.forEach((test, result) -> {
      if (test.startsWith(suite.label() + " ")) {
        own.put(test, result);
      }
    });
    return own;
  }

  private static int good(Map<String, String> results) {
    return (int) results.values().stream().filter(ForeignSuite::isGood).count();
  }

  private static List<String> different(Map<String, String> straight, Map<String, String> through) {
    var different = new ArrayList<String>();
    var all = new TreeMap<>(straight);
    all.putAll(through);
    for (String test : all.keySet()) {
      String one = straight.getOrDefault(test, "missing");
      String other = through.getOrDefault(test, "missing");
      if (!one.equals(other)) {
        different.add("%s: %s, then %s".formatted(test, one, other));
      }
    }
    return different;
  }
}
