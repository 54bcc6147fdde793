package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Programs that nobody wrote for the lab: a server, and clients that test it. */
interface ForeignSuite {
  Duration START = Duration.ofSeconds(60);

  /** How a good result begins. */
  String GOOD = "ok";

  /**
   * One run of the clients.
   *
   * @param from the namespace they run in
   * @param name of the run; its directory is called so
   */
  record Run(Trial trial, NetworkNamespace from, String name) {
    /** For what the clients of this run write. */
    Path directory() {
      return trial.directory().resolve(name);
    }

    /** A shell's script to its end: its exit code and what it said, standard error too. */
    Said shell(String label, String script) throws IOException {
      Path output = directory().resolve(label + ".out");
      Process process =
          from.start(
              new ProcessBuilder("timeout", "300", "sh", "-ec", filled(trial, directory(), script))
                  .directory(directory().toFile())
                  .redirectInput(new File("/dev/null"))
                  .redirectErrorStream(true)
                  .redirectOutput(output.toFile()));
      int code = process.onExit().join().exitValue();
      return new Said(code, Files.readString(output));
    }
  }

  /** What a script said. */
  record Said(int code, String words) {}

  /** The first word of its tests. */
  String label();

  /**
   * Starts the server in the server's namespace, until the trial's end; returns when it listens.
   */
  void serve(Trial trial) throws IOException;

  /** Runs the tests: the result of each by its name. */
  Map<String, String> run(Run run) throws IOException;

  static boolean isGood(String result) {
    return result.startsWith(GOOD);
  }

  /** Starts a server by a shell's script, whose last command it should be, by {@code exec}. */
  static void serve(Trial trial, String label, int port, String script) throws IOException {
    NetworkNamespace server = trial.topology().server();
    Path directory = Files.createDirectories(trial.directory().resolve(label));
    trial.start(
        server,
        "sh",
        "-ec",
        "exec >%s/server.log 2>&1\n".formatted(directory) + filled(trial, directory, script));
    SocketTable sockets = new SocketTable(server);
    Waiting.require(
        START,
        label + " listening",
        () -> sockets.localPorts(SocketTable.State.LISTEN).contains(port));
  }

  /** The server as {@code @HOST@} and in URLs, the script's own directory, and the trial's. */
  private static String filled(Trial trial, Path directory, String script) {
    String address = trial.family().server();
    String url = trial.family() == AddressFamily.IPV4 ? address : "[" + address + "]";
    return script
        .replace("@HOST@", address)
        .replace("@URL@", url)
        .replace("@ALL@", trial.directory().toString())
        .replace("@HERE@", directory.toString());
  }
}
