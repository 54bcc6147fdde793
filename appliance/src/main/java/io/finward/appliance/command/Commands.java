package io.finward.appliance.command;

import io.finward.appliance.lab.LabCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The table of commands, and what is common to all: help, exit codes, one-line errors. */
@Command(
    name = "finward",
    description = "A forward-proxy appliance that never leaks a late packet.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = false)
public final class Commands implements Runnable {
  @CommandLine.Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  Commands() {}

  /** Runs a command line; answers the exit code. */
  public static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Commands())
        .addSubcommand(new VersionCommand())
        .addSubcommand(new CheckCommand())
        .addSubcommand(new LabCommand())
        .setExecutionExceptionHandler(Commands::failed);
  }

  private static int failed(Exception e, CommandLine commandLine, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof CommandFailedException) {
      commandLine.getErr().println(e.getMessage());
      return 1;
    }
    throw e;
  }

  @Override
  public void run() {
    if (spec == null) {
      throw new IllegalStateException("run before picocli set the command up");
    }
    throw new ParameterException(spec.commandLine(), "which command?");
  }
}
