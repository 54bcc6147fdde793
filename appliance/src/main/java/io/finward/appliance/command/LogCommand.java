package io.finward.appliance.command;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code finward log [SUBSYSTEM LEVEL]}: how much the running instance logs. */
@Command(
    name = "log",
    description = "Show how much each subsystem logs, or set it until the next reload.")
final class LogCommand implements Callable<Integer> {
  @Mixin private final Instance instance = new Instance();
  @Mixin private final Terminal terminal = new Terminal();

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "SUBSYSTEM", description = "as in the list")
  private @Nullable String subsystem;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "LEVEL",
      description = "off, error, warn, info, debug or trace")
  private @Nullable String level;

  LogCommand() {}

  @Override
  public Integer call() throws CommandFailedException {
    if (subsystem != null && level == null && spec != null) {
      throw new ParameterException(spec.commandLine(), "LEVEL is missing");
    }
    if (subsystem != null) {
      instance.post("/log/%s/%s".formatted(subsystem, level));
      return 0;
    }
    for (Map<String, String> row : Instance.rows(instance.get("/log"))) {
      terminal.out().printf("%-12s%s%n", row.get("subsystem"), row.get("level"));
    }
    terminal.out().flush();
    return 0;
  }
}
