package io.finward.appliance.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.finward.appliance.log.LogSetup;
import io.finward.appliance.wiring.ObservedGateway;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * {@code run} as services start it, without picocli: its classes are too old for an AOT cache, and
 * to load and check them takes a quarter of a second. What is not quite plain is left to it.
 */
final class PlainRun {
  private PlainRun() {}

  /** The configuration of {@code run [-c FILE]}; null when these are other words. */
  static @Nullable Path file(List<String> words) {
    if (words.equals(List.of("run"))) {
      return ConfigOption.DEFAULT;
    }
    boolean plain =
        words.size() == 3
            && words.getFirst().equals("run")
            && (words.get(1).equals("-c") || words.get(1).equals("--config"))
            && !words.get(2).startsWith("-")
            && !words.get(2).isEmpty();
    return plain ? Path.of(words.get(2)) : null;
  }

  /** Runs; answers the exit code. */
  static int run(Path file) {
    try {
      return new RunCommand(ObservedGateway::start)
          .run(ConfigOption.read(file), new PrintWriter(System.out, true, UTF_8));
    } catch (CommandFailedException e) {
      System.err.println(e.getMessage());
    } catch (InterruptedException | RuntimeException e) {
      // Our bug, and no reason to hang on other threads.
      LoggerFactory.getLogger("appliance").error("a bug ended it", e);
      LogSetup.flush();
    }
    return 1;
  }
}
