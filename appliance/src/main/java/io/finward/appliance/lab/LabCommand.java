package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code finward lab}: shows in private network namespaces what leaks and what does not. */
@Command(
    name = "lab",
    description = {
      "Puts a client, a gateway and a server into private network namespaces and shows what leaks.",
      "Leaks are counted by the kernel in the client's and the server's namespaces."
    })
public final class LabCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "SCENARIO", description = "What to run (default: the usual set).")
  private List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "Name the scenarios and end.")
  private boolean list;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Option(
      names = "--peer",
      paramLabel = "NAME",
      description = "Who stands in the gateway instead of Finward: haproxy, nginx, squid, apache.")
  private @Nullable String peerName;

  /** For picocli. */
  public LabCommand() {}

  /** Runs the scenarios; 1 when one of Finward's fails. */
  @Override
  public Integer call() throws IOException {
    CommandSpec command = java.util.Objects.requireNonNull(spec);
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    if (list) {
      for (Scenario scenario : Scenarios.all()) {
        String byName = scenario.usual() ? "" : " (by name only)";
        out.printf("%-23s %s%s%n", scenario.label(), scenario.summary(), byName);
      }
      out.flush();
      return 0;
    }
    Peer peer = peer(command);
    List<Scenario> scenarios = scenarios(command, peer != null);
    if (!NetworkNamespace.available()) {
      err.println("finward lab: makes network namespaces (expected: root, and iproute2 installed)");
      return 2;
    }
    List<Result> results = new LabRun(peer, result -> say(result, out, err)).run(scenarios);
    if (!json) {
      out.print(LabTable.of(results));
      out.flush();
    }
    return results.stream().anyMatch(Result::failed) ? 1 : 0;
  }

  private synchronized void say(Result result, PrintWriter out, PrintWriter err) {
    if (json) {
      out.println(result.toJson());
      out.flush();
      return;
    }
    err.printf(
        "finward lab: %s %s %s: %s (%.1f s)%n",
        result.scenario(),
        result.variant().interception().label(),
        result.variant().family().label(),
        result.outcome().passed() ? "passed" : "not passed",
        result.millis() / 1000.0);
    err.flush();
  }

  private @Nullable Peer peer(CommandSpec command) {
    if (peerName == null) {
      return null;
    }
    return Peers.named(peerName)
        .orElseThrow(() -> {
          String known = Peers.all().stream().map(Peer::name).collect(Collectors.joining(", "));
          return new ParameterException(
              command.commandLine(),
              "--peer %s: no such peer (expected: %s)".formatted(peerName, known));
        });
  }

  private List<Scenario> scenarios(CommandSpec command, boolean forPeer) {
    if (names.isEmpty()) {
      return Scenarios.all().stream()
          .filter(scenario -> scenario.usual() && (!forPeer || scenario.peers()))
          .toList();
    }
    var chosen = new ArrayList<Scenario>();
    for (String name : names) {
      Scenario scenario =
          Scenarios.named(name)
              .orElseThrow(() ->
                  new ParameterException(
                      command.commandLine(),
                      "%s: no such scenario (see: finward lab --list)".formatted(name)));
      if (forPeer && !scenario.peers()) {
        throw new ParameterException(
            command.commandLine(), name + ": for Finward only, not for a peer");
      }
      chosen.add(scenario);
    }
    return chosen;
  }
}
