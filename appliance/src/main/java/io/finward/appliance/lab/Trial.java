package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * One run of a scenario: its network, the proxy in its gateway, the kernel's counters of leaks, and
 * what a scenario does with them. Everything it made goes away with it.
 */
final class Trial implements AutoCloseable {
  private final Variant variant;
  private final GatewayProgram program;
  private final Path directory;
  private final Topology topology;
  private final LeakWatch watch;
  private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();
  private @Nullable RunningProgram running;

  private Trial(
      Variant variant, GatewayProgram program, Path directory, Topology topology, LeakWatch watch) {
    this.variant = variant;
    this.program = program;
    this.directory = directory;
    this.topology = topology;
    this.watch = watch;
  }

  static Trial open(Variant variant, GatewayProgram program, Path directory) throws IOException {
    Topology topology = Topology.create();
    try {
      return new Trial(variant, program, directory, topology, LeakWatch.install(topology, variant));
    } catch (IOException e) {
      topology.close();
      throw e;
    }
  }

  Variant variant() {
    return variant;
  }

  AddressFamily family() {
    return variant.family();
  }

  Topology topology() {
    return topology;
  }

  LeakWatch watch() {
    return watch;
  }

  /** Puts the proxy into the gateway with its usual setup. */
  void startProxy() throws IOException {
    startProxy(Setup.usual(variant));
  }

  /** Puts the proxy into the gateway. */
  void startProxy(Setup setup) throws IOException {
    program.intercept(setup, topology.gateway());
    running = RunningProgram.start(program, setup, topology.gateway(), directory);
  }

  /** {@code kill -9} of the proxy. */
  void killProxy() throws IOException {
    proxy().kill();
  }

  /** SIGTERM for the proxy. */
  void stopProxy() throws IOException {
    proxy().stop();
  }

  /** Starts the proxy again on the configuration, the rules and the files that are there. */
  void restartProxy() throws IOException {
    running = RunningProgram.start(program, Setup.usual(variant), topology.gateway(), directory);
  }

  RunningProgram proxy() {
    RunningProgram now = running;
    if (now == null) {
      throw new IllegalStateException("the proxy was not started");
    }
    return now;
  }

  /** A server in the server's namespace, until the trial's end. */
  LabServer serve(int port, LabServer.Conversation conversation) throws IOException {
    return serve(topology.server(), port, conversation);
  }

  /** A server in any namespace, until the trial's end. */
  LabServer serve(NetworkNamespace where, int port, LabServer.Conversation conversation)
      throws IOException {
    LabServer server = LabServer.start(where, family(), port, conversation);
    opened.push(server);
    return server;
  }

  /** The trial's own, for what its programs read and write; removed unless the scenario fails. */
  Path directory() {
    return directory;
  }

  /** Starts a program in any namespace, until the trial's end; its errors go to a file. */
  Process start(NetworkNamespace where, String... command) throws IOException {
    Process process =
        where.start(
            new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectError(
                    directory.resolve(Path.of(command[0]).getFileName() + ".log").toFile()));
    opened.push(() -> {
      process.destroyForcibly();
      process.waitFor();
    });
    return process;
  }

  /** Starts a program of the lab's own, by this program's Java and class path. */
  Process startJava(NetworkNamespace where, Class<?> program, String argument) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    return start(
        where, java, "-XX:+UseSerialGC", "-Xmx128m", "-cp", classPath, program.getName(), argument);
  }

  /** A client's connection to a port of the server. */
  LabSocket dial(int port) throws IOException {
    return dial(topology.client(), family().server(), port);
  }

  /** A client's connection from a port of its own, which it may use for several. */
  LabSocket dialFrom(int localPort, int port) throws IOException {
    var to = new InetSocketAddress(AddressFamily.parse(family().server()), port);
    LabSocket socket = LabSocket.connect(topology.client(), family(), localPort, to);
    opened.push(socket);
    return socket;
  }

  /** A connection from any namespace to any address; closed at the trial's end at the latest. */
  LabSocket dial(NetworkNamespace from, String address, int port) throws IOException {
    var to = new InetSocketAddress(AddressFamily.parse(address), port);
    LabSocket socket = LabSocket.connect(from, family(), to);
    opened.push(socket);
    return socket;
  }

  /** Deletes the entries of the client's connections from the gateway's table, if there are any. */
  void forgetClientEntries() throws IOException {
    if (clientEntries() > 0) {
      topology
          .gateway()
          .run("conntrack", "-D", "-f", family().label(), "-p", "tcp", "-s", family().client());
    }
  }

  /** How many of the client's connections the gateway's table has. */
  int clientEntries() throws IOException {
    String[] list = {
      "conntrack", "-L", "-f", family().label(), "-p", "tcp", "-s", family().client()
    };
    return (int)
        topology.gateway().run(list).lines().filter(line -> line.startsWith("tcp")).count();
  }

  /** Flushes the gateway's table of connections, as administrators do. */
  void flushEntries() throws IOException {
    topology.gateway().run("conntrack", "-F");
  }

  /** Shortens a timeout of the gateway's kernel: {@code nf_conntrack_tcp_timeout_NAME}. */
  void cutTimeout(String name, int seconds) throws IOException {
    Topology.sysctl(topology.gateway(), "netfilter.nf_conntrack_tcp_timeout_" + name, seconds);
  }

  @Override
  public void close() {
    for (AutoCloseable thing : opened) {
      closeQuietly(thing);
    }
    if (running != null) {
      running.close();
    }
    topology.close();
  }

  private static void closeQuietly(AutoCloseable thing) {
    try {
      thing.close();
    } catch (Exception e) {
      // The other end may have gone first; the namespace goes in any case.
      org.slf4j.LoggerFactory.getLogger(Trial.class).trace("closing {}", thing, e);
    }
  }
}
