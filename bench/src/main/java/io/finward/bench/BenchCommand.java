package io.finward.bench;

import io.finward.appliance.lab.AddressFamily;
import io.finward.appliance.lab.Interception;
import io.finward.appliance.lab.Variant;
import io.finward.bench.jmh.Micro;
import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code finward bench}: Finward beside its peers, in one run. */
@Command(
    name = "finward bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures Finward beside its peers in private network namespaces, interleaved.",
      "HAProxy with splice is the reference; it runs twice, which shows the noise."
    })
final class BenchCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--peer",
      paramLabel = "NAME",
      description =
          "One more peer: ${COMPLETION-CANDIDATES}. HAProxy is always there, at the explicit door without this option all that have one.")
  private List<PeerKind> peers = new ArrayList<>();

  @Option(names = "--quick", description = "Fewer and shorter rounds: at most three minutes.")
  private boolean quick;

  @Option(names = "--json", description = "JSON, one object a variant, every number in it.")
  private boolean json;

  @Option(
      names = "--figure",
      paramLabel = "NAME",
      description =
          "Only this one: bytes, connections, requests, latency, open-loop, memory; by name only: scale, and at the explicit door explicit, tunnels. Repeatable.")
  private List<String> figureNames = new ArrayList<>();

  @Option(names = "--mode", description = "redirect (default) or tproxy.")
  private Interception mode = Interception.REDIRECT;

  @Option(names = "--family", description = "ipv4 (default) or ipv6.")
  private AddressFamily family = AddressFamily.IPV4;

  @Option(names = "--all", description = "Both modes in both families.")
  private boolean all;

  @Option(
      names = "--bare",
      description = "Finward once more, without wall, lease and shadow conntrack.")
  private boolean bare;

  @Option(
      names = "--untracked",
      description = "Finward once more, without conntrack entries for what nobody translates.")
  private boolean untracked;

  @Option(
      names = "--conntrack",
      description = "Every gateway has a rule of others that asks conntrack, as most have.")
  private boolean conntrack;

  @Option(names = "--rounds", paramLabel = "N", description = "So many rounds.")
  private @Nullable Integer rounds;

  @Option(
      names = "--micro",
      arity = "0..1",
      fallbackValue = ".*",
      paramLabel = "REGEX",
      description = "The JMH benchmarks of the hot parts instead.")
  private @Nullable String micro;

  @Override
  public Integer call() throws Exception {
    if (micro != null) {
      return Micro.run(micro);
    }
    CommandSpec command = Objects.requireNonNull(spec);
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    Set<Figure> figures = figures(command);
    if (mode == Interception.OWN_RULE) {
      throw new ParameterException(
          command.commandLine(), "--mode own-rule (expected: redirect or tproxy)");
    }
    if (!NetworkNamespace.available()) {
      err.println(
          "finward bench: makes network namespaces (expected: root, and iproute2 installed)");
      return 2;
    }
    List<Way> ways = ways(figures);
    Set<PeerKind> kinds = EnumSet.noneOf(PeerKind.class);
    ways.forEach(way -> kinds.addAll(kinds(way)));
    Environment environment = Environment.now(kinds);
    if (!json) {
      out.print(Report.environment(environment));
      out.flush();
    }
    for (Way way : ways) {
      Results results = run(figures, way, err);
      out.print(
          json ? JsonReport.of(environment, way, results) + "\n" : Report.table(way, results));
      out.flush();
    }
    return 0;
  }

  private Results run(Set<Figure> figures, Way way, PrintWriter err) throws IOException {
    Set<Figure> here = Figure.of(way.door());
    here.retainAll(figures);
    Bench bench =
        new Bench(
            plan(),
            here,
            words -> {
              err.println("finward bench: " + words);
              err.flush();
            });
    return bench.run(contestants(way), way.variant());
  }

  /** The peers that stand at this door. */
  private Set<PeerKind> kinds(Way way) {
    Set<PeerKind> kinds = EnumSet.of(PeerKind.HAPROXY);
    kinds.addAll(peers);
    if (way.door() == Door.EXPLICIT && peers.isEmpty()) {
      kinds.addAll(EnumSet.allOf(PeerKind.class));
    }
    kinds.removeIf(kind -> kind.template(way.door()).isEmpty());
    if (way.door() == Door.INTERCEPTING && way.variant().interception() == Interception.TPROXY) {
      kinds.removeIf(kind -> !kind.tproxy());
    }
    return kinds;
  }

  private List<Contestant> contestants(Way way) {
    Door door = way.door();
    var contestants = new ArrayList<Contestant>();
    contestants.add(new Contestant(Contestant.DIRECT, null));
    contestants.add(new Contestant(Contestant.FINWARD, new FinwardContestant(door, true, true)));
    if (bare && door == Door.INTERCEPTING) {
      contestants.add(new Contestant("finward bare", new FinwardContestant(door, false, true)));
    }
    if (untracked && door == Door.INTERCEPTING) {
      contestants.add(
          new Contestant("finward untracked", new FinwardContestant(door, true, false)));
    }
    for (PeerKind kind : kinds(way)) {
      contestants.add(new Contestant(kind.label(), new PeerContestant(kind, door)));
    }
    contestants.add(
        new Contestant(Contestant.HAPROXY_AGAIN, new PeerContestant(PeerKind.HAPROXY, door)));
    return contestants;
  }

  private Plan plan() {
    Plan plan = quick ? Plan.quick() : Plan.full();
    plan = conntrack ? plan.withConntrack() : plan;
    return rounds == null ? plan : plan.withRounds(rounds);
  }

  private List<Variant> variants() {
    return all
        ? Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY)
        : List.of(new Variant(mode, family));
  }

  /** What there will be a table of: each variant, and each family of the explicit door. */
  private List<Way> ways(Set<Figure> figures) {
    var ways = new ArrayList<Way>();
    for (Door door : Door.values()) {
      if (!Collections.disjoint(figures, Figure.of(door))) {
        variants().stream()
            .filter(variant ->
                door == Door.INTERCEPTING
                    || !all
                    || variant.interception() == Interception.REDIRECT)
            .forEach(variant -> ways.add(new Way(door, variant)));
      }
    }
    return ways;
  }

  private Set<Figure> figures(CommandSpec command) {
    if (figureNames.isEmpty()) {
      Set<Figure> usual = Figure.of(Door.INTERCEPTING);
      usual.remove(Figure.SCALE);
      return usual;
    }
    Set<Figure> figures = EnumSet.noneOf(Figure.class);
    for (String name : figureNames) {
      figures.add(
          Arrays.stream(Figure.values())
              .filter(figure -> figure.label().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  new ParameterException(
                      command.commandLine(),
                      "--figure %s (expected: %s)"
                          .formatted(
                              name,
                              Arrays.stream(Figure.values())
                                  .map(Figure::label)
                                  .collect(Collectors.joining(", "))))));
    }
    return figures;
  }
}
