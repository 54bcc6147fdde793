package io.finward.bench;

import io.finward.appliance.lab.SocketTable;
import io.finward.linux.netns.NetworkNamespace;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** The nginx behind every contestant, direct included. */
final class Origin implements AutoCloseable {
  private static final long START_SECONDS = 10;
  private static final int CHUNK = 1 << 20;

  private final Process process;

  private Origin(Process process) {
    this.process = process;
  }

  /** Random bytes, for zeros would be cheaper to carry in some places. */
  static void writeObject(Path directory, int megabytes) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    byte[] chunk = new byte[CHUNK];
    try (OutputStream out =
        Files.newOutputStream(Files.createDirectories(directory).resolve("big"))) {
      for (int i = 0; i < megabytes; i++) {
        random.nextBytes(chunk);
        out.write(chunk);
      }
    }
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param home where the objects are, in {@code objects}
   * @param directory for what this one writes
   */
  static Origin start(NetworkNamespace server, Path home, Path directory) throws IOException {
    Path file = directory.resolve("origin.conf");
    Files.writeString(
        file,
        Template.fill(
            "origin.conf",
            Map.of(
                "DIRECTORY", directory.toString(), "OBJECTS", home.resolve("objects").toString())));
    Process process =
        server.start(
            new ProcessBuilder(
                    "nginx", "-e", "stderr", "-p", directory.toString(), "-c", file.toString())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("origin.log").toFile()));
    Origin origin = new Origin(process);
    try {
      SocketTable sockets = new SocketTable(server);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
      while (!sockets.localPorts(SocketTable.State.LISTEN).contains(80)) {
        if (!process.isAlive() || System.nanoTime() > end) {
          throw new IOException(
              "the origin server did not start: "
                  + Files.readString(directory.resolve("origin.log")).strip());
        }
        Pause.millis(10);
      }
      return origin;
    } catch (IOException e) {
      origin.close();
      throw e;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(5, TimeUnit.SECONDS).exceptionally(_ -> process).join();
  }
}
