package io.finward.appliance.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code finward drain}: a stop that lets sessions end. */
@Command(
    name = "drain",
    description = "Accept nobody any more, and stop when the sessions have ended.")
final class DrainCommand implements Callable<Integer> {
  private static final int MOST_SECONDS = 999_999;

  @Mixin private final Instance instance = new Instance();

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--within",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "after which those that are left are reset; ${DEFAULT-VALUE} unless given")
  private int seconds;

  DrainCommand() {}

  @Override
  public Integer call() throws CommandFailedException {
    if ((seconds < 0 || seconds > MOST_SECONDS) && spec != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--within %d (expected: 0 to %d seconds)".formatted(seconds, MOST_SECONDS));
    }
    instance.post("/drain/" + seconds);
    return 0;
  }
}
