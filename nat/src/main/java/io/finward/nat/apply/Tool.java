package io.finward.nat.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.finward.nat.apply.NatException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a command of the system in the calling thread's network namespace and waits for it. */
final class Tool {
  private static final Map<String, String> PACKAGES = Map.of("nft", "nftables", "ip", "iproute2");

  /** Administrators' shells have the sbin directories in their path; a service may not. */
  private static final String SBIN = "/usr/local/sbin:/usr/sbin:/sbin";

  private static final long SECONDS = 30;

  /** What a command answered. */
  record Answer(int code, String output, String errors) {
    boolean ok() {
      return code == 0;
    }

    /** The kernel's EPERM, as the tools word it. */
    boolean notPermitted() {
      return errors.contains("Operation not permitted") || errors.contains("must be root");
    }
  }

  private Tool() {}

  /**
   * Looks for commands that will be run later.
   *
   * @throws NatException that names the package of one that is not installed
   */
  static void require(String... commands) throws NatException {
    for (String command : commands) {
      var _ = Executables.find(command, path(System.getenv("PATH")));
    }
  }

  /** Runs a command; its refusal is an answer. */
  static Answer ask(String input, List<String> command) throws NatException {
    String path = path(System.getenv("PATH"));
    List<String> found = new ArrayList<>(command);
    found.set(0, Executables.find(command.getFirst(), path));
    ProcessBuilder builder = new ProcessBuilder(found);
    builder.environment().put("PATH", path);
    builder.environment().put("LC_ALL", "C");
    try {
      return finish(builder.start(), input, command);
    } catch (NatException e) {
      throw e;
    } catch (IOException e) {
      throw missing(command.getFirst(), e);
    }
  }

  /** Runs a command that has to succeed, and returns its output. */
  static String run(String input, List<String> command) throws NatException {
    Answer answer = ask(input, command);
    if (!answer.ok()) {
      throw refused(command, answer);
    }
    return answer.output();
  }

  static NatException refused(List<String> command, Answer answer) {
    String what = String.join(" ", command) + ": " + answer.errors().strip();
    return NatException.refused(what, answer.notPermitted(), null);
  }

  static NatException missing(String tool, Throwable cause) {
    return new NatException(
        Reason.MISSING_TOOL,
        "%s cannot be run (expected: the package %s is installed)"
            .formatted(tool, PACKAGES.getOrDefault(tool, tool)),
        cause);
  }

  private static String path(@Nullable String ours) {
    return ours == null ? SBIN : ours + ":" + SBIN;
  }

  private static Answer finish(Process process, String input, List<String> command)
      throws IOException {
    CompletableFuture<String> errors =
        CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()), Tool::onThread);
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()), Tool::onThread);
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(UTF_8));
    } catch (IOException _) {
      // It ended without reading; its exit code and words say more than a broken pipe.
    }
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new NatException(
            Reason.REFUSED, "%s: no answer in %d s".formatted(String.join(" ", command), SECONDS));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new NatException(Reason.REFUSED, String.join(" ", command) + ": interrupted", e);
    }
    return new Answer(process.exitValue(), output.join(), errors.join());
  }

  private static String readAll(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void onThread(Runnable action) {
    // The first virtual thread of a process starts a scheduler for them, which a start does not
    // need.
    Thread.ofPlatform().daemon().name("tool").start(action);
  }
}
