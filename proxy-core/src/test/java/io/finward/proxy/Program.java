package io.finward.proxy;

import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetworkNamespace;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;

/** A real peer: a program in a namespace that listens on a port until it is closed. */
final class Program implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(20);

  private final Process process;

  private Program(Process process) {
    this.process = process;
  }

  /** Starts it and waits until it listens; what it says goes to a file in the folder. */
  static Program start(NetworkNamespace namespace, Path folder, int port, String... command)
      throws IOException {
    File log = Files.createTempFile(folder, "program", ".log").toFile();
    Program program =
        new Program(
            namespace.start(
                new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(log)));
    try {
      await()
          .atMost(START)
          .until(() -> !namespace.run("ss", "-Hltn", "sport = :" + port).isBlank());
      return program;
    } catch (ConditionTimeoutException e) {
      program.close();
      throw new IOException(List.of(command) + ": " + Files.readString(log.toPath()), e);
    }
  }

  /** HAProxy with these sections. */
  static Program haproxy(NetworkNamespace namespace, Path folder, int port, String sections)
      throws IOException {
    Path file = Files.createTempFile(folder, "haproxy", ".cfg");
    Files.writeString(
        file,
        """
        defaults
          timeout connect 5s
          timeout client 20s
          timeout server 20s
        """
            + sections);
    return start(namespace, folder, port, "haproxy", "-db", "-f", file.toString());
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
