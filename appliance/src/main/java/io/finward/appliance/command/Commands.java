package io.finward.appliance.command;

import io.finward.appliance.lab.LabCommand;
import io.finward.appliance.wiring.ObservedGateway;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The table of commands, and what is common to all: exit codes and one-line errors. */
@Command(
    name = "finward",
    description = "A forward-proxy appliance that never leaks a late packet.",
    // A program of its own, which the launcher starts: the appliance does not know it.
    footer = "  bench     Measure Finward beside its peers (finward bench --help).",
    synopsisSubcommandLabel = "COMMAND")
public final class Commands {
  private Commands() {}

  /** Runs a command line; answers the exit code: 0 ok, 1 failure, 2 usage. */
  public static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Commands())
        .addSubcommand(new VersionCommand())
        .addSubcommand(new RunCommand(ObservedGateway::start))
        .addSubcommand(new CheckCommand())
        .addSubcommand(new RulesCommand())
        .addSubcommand(new SessionsCommand())
        .addSubcommand(new SessionCommand())
        .addSubcommand(new FlowsCommand())
        .addSubcommand(new ExplainCommand())
        .addSubcommand(new ImportApacheCommand())
        .addSubcommand(new LabCommand())
        .addSubcommand(new CommandLine.HelpCommand())
        .setExecutionExceptionHandler(Commands::failed);
  }

  private static int failed(Exception e, CommandLine commandLine, ParseResult parsed)
      throws Exception {
    if (e instanceof CommandFailedException) {
      commandLine.getErr().println(e.getMessage());
      commandLine.getErr().flush();
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw e;
  }
}
