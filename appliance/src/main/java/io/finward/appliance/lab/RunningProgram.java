package io.finward.appliance.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.finward.linux.netns.NetworkNamespace;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that runs in the gateway, and its log. Ended by its handle, never by a name. */
public final class RunningProgram implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(40);
  private static final int LAST_LINES = 8;

  private final Process process;
  private final Path log;
  private Duration untilReady = Duration.ZERO;

  private RunningProgram(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts the program in the gateway and waits until it takes connections. */
  public static RunningProgram start(
      GatewayProgram program, Setup setup, NetworkNamespace gateway, Path directory)
      throws IOException {
    List<String> command = program.prepare(setup, directory);
    Path log = directory.resolve("gateway.log");
    Process process =
        gateway.start(
            new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
    long executed = System.nanoTime();
    RunningProgram running = new RunningProgram(process, log);
    try {
      long skipped = Files.size(log);
      boolean ready =
          Waiting.until(
              START,
              () -> {
                if (!process.isAlive()) {
                  throw new IOException(
                      "%s ended with code %d: %s"
                          .formatted(command.getFirst(), process.exitValue(), running.lastLines()));
                }
                return program.ready(setup, gateway, running.logFrom(skipped));
              });
      running.untilReady = Duration.ofNanos(System.nanoTime() - executed);
      if (!ready) {
        throw new IOException(
            "%s: not ready within %d s: %s"
                .formatted(command.getFirst(), START.toSeconds(), running.lastLines()));
      }
      return running;
    } catch (IOException | RuntimeException e) {
      running.close();
      throw e;
    }
  }

  /** From its {@code execve} until it took connections, as far as looking every few ms can tell. */
  public Duration untilReady() {
    return untilReady;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Of its first process. */
  public long pid() {
    return process.pid();
  }

  /** {@code kill -9}; returns when it is gone. */
  void kill() throws IOException {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGTERM; returns when it is gone. */
  public void stop() throws IOException {
    process.destroy();
    awaitEnd();
  }

  private void awaitEnd() throws IOException {
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        throw new IOException("process %d does not go".formatted(process.pid()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(5, TimeUnit.SECONDS).exceptionally(_ -> process).join();
  }

  /** Whether its log has these words. */
  boolean said(String words) throws IOException {
    return logFrom(0).contains(words);
  }

  private String logFrom(long offset) throws IOException {
    byte[] bytes = Files.readAllBytes(log);
    int from = (int) Math.min(offset, bytes.length);
    return new String(bytes, from, bytes.length - from, UTF_8);
  }

  private String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }
}
