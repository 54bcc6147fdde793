package io.finward.bench;

import io.finward.appliance.lab.GatewayProgram;
import io.finward.appliance.lab.RunningProgram;
import io.finward.appliance.lab.Setup;
import io.finward.appliance.lab.Topology;
import io.finward.appliance.lab.Variant;
import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One contestant in three namespaces of its own, with an origin server of its own: no contestant's
 * rules or entries are in another's way. Those whose turn it is not sleep.
 */
final class Stand implements AutoCloseable {
  /** As a gateway has it that masquerades what leaves by another interface. */
  private static final String CONNTRACK =
      "table inet others { chain nat { type nat hook postrouting priority 100;"
          + " oifname \"wan\" masquerade; }; }";

  /** The kernel takes down sockets and rules after their process has gone. */
  private static final long BETWEEN_MILLIS = 500;

  private final Contestant contestant;
  private final Setup setup;
  private final Path directory;
  private final Topology topology;
  private @Nullable Origin origin;
  private @Nullable RunningProgram running;

  private Stand(Contestant contestant, Setup setup, Path directory, Topology topology) {
    this.contestant = contestant;
    this.setup = setup;
    this.directory = directory;
    this.topology = topology;
  }

  /**
   * Makes the namespaces and starts origin and proxy.
   *
   * @param conntrack whether the gateway has a rule of somebody else's that asks conntrack
   */
  static Stand open(Contestant contestant, Variant variant, boolean conntrack, Path home)
      throws IOException {
    String name = contestant.label().replace(' ', '-');
    Path directory =
        Files.createDirectory(
            home.resolve(
                "%s-%s-%s"
                    .formatted(name, variant.interception().label(), variant.family().label())));
    Stand stand = new Stand(contestant, Setup.usual(variant), directory, Topology.create());
    try {
      stand.tune();
      if (conntrack) {
        stand.topology.gateway().run("nft", CONNTRACK);
      }
      Path ours = Files.createDirectory(home.resolve(directory.getFileName() + "-origin"));
      stand.origin = Origin.start(stand.topology.server(), home, ours);
      GatewayProgram program = contestant.program();
      if (program != null) {
        program.intercept(stand.setup, stand.topology.gateway());
        stand.startProgram();
      }
      return stand;
    } catch (IOException | RuntimeException e) {
      stand.close();
      throw e;
    }
  }

  Contestant contestant() {
    return contestant;
  }

  NetworkNamespace client() {
    return topology.client();
  }

  Setup setup() {
    return setup;
  }

  /** What the client asks for. */
  String url(String path) {
    return "http://" + setup.family().hostPort(setup.family().server(), 80) + "/" + path;
  }

  /** Where a client sends its explicit requests, with port; direct: the server itself. */
  String door() {
    return contestant.program() == null
        ? setup.family().hostPort(setup.family().server(), 80)
        : setup.family().hostPort(setup.family().gatewayInside(), setup.listenPort());
  }

  /** For what the load's programs read. */
  Path directory() {
    return directory;
  }

  /** The proxy and whatever it started; nothing for direct. */
  List<Long> pids() {
    RunningProgram now = running;
    if (now == null) {
      return List.of();
    }
    var pids = new java.util.ArrayList<>(List.of(now.pid()));
    ProcessHandle.of(now.pid())
        .ifPresent(it -> it.descendants().forEach(child -> pids.add(child.pid())));
    return pids;
  }

  /**
   * A fresh process in place of the one that runs; answers how long its start took, in ms. What the
   * one before leaves to the kernel is let pass first.
   */
  double restart() throws IOException {
    RunningProgram before = running;
    if (before != null) {
      before.stop();
      running = null;
      Pause.millis(BETWEEN_MILLIS);
    }
    return startProgram();
  }

  private double startProgram() throws IOException {
    GatewayProgram program = java.util.Objects.requireNonNull(contestant.program());
    RunningProgram fresh = RunningProgram.start(program, setup, topology.gateway(), directory);
    running = fresh;
    return fresh.untilReady().toNanos() / 1e6;
  }

  /**
   * TIME_WAIT is a few hundred sockets at most: searching for a free port among thousands of them
   * makes every proxy look slow.
   */
  private void tune() throws IOException {
    for (NetworkNamespace namespace :
        List.of(topology.client(), topology.gateway(), topology.server())) {
      Topology.sysctl(namespace, "ipv4.tcp_max_tw_buckets", 500);
      Topology.sysctl(namespace, "ipv4.tcp_tw_reuse", 1);
    }
  }

  @Override
  public void close() {
    if (running != null) {
      running.close();
    }
    if (origin != null) {
      origin.close();
    }
    topology.close();
  }
}
