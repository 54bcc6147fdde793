package io.finward.appliance.command;

import io.finward.appliance.lab.LabCommand;
import io.finward.appliance.wiring.ObservedGateway;
import java.nio.file.Path;
import java.util.List;
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

  /** In the order in which the usage lists them. */
  private static final List<String> NAMES =
      List.of(
          "version",
          "run",
          "check",
          "rules",
          "sessions",
          "session",
          "flows",
          "explain",
          "log",
          "drain",
          "import-apache",
          "lab",
          "help");

  /** Runs a command line; answers the exit code: 0 ok, 1 failure, 2 usage. */
  public static int run(String... arguments) {
    Path plain = PlainRun.file(List.of(arguments));
    if (plain != null) {
      return PlainRun.run(plain);
    }
    String first = arguments.length == 0 ? "help" : arguments[0];
    // To look at all the others' options takes longer than most commands do.
    boolean one = NAMES.contains(first) && !first.equals("help");
    return commandLine(one ? List.of(first) : NAMES).execute(arguments);
  }

  /** With every command. */
  static CommandLine commandLine() {
    return commandLine(NAMES);
  }

  private static CommandLine commandLine(List<String> names) {
    CommandLine line = new CommandLine(new Commands());
    names.forEach(name -> line.addSubcommand(name, command(name)));
    return line.setExecutionExceptionHandler(Commands::failed);
  }

  /**
   * No map of constructor references: JDK 25 crashes when it makes an AOT cache with references to
   * classes that the training run has not loaded (archiveHeapWriter.cpp, "should have been
   * archived").
   */
  private static Object command(String name) {
    return switch (name) {
      case "version" -> new VersionCommand();
      case "run" -> new RunCommand(ObservedGateway::start);
      case "check" -> new CheckCommand();
      case "rules" -> new RulesCommand();
      case "sessions" -> new SessionsCommand();
      case "session" -> new SessionCommand();
      case "flows" -> new FlowsCommand();
      case "explain" -> new ExplainCommand();
      case "log" -> new LogCommand();
      case "drain" -> new DrainCommand();
      case "import-apache" -> new ImportApacheCommand();
      case "lab" -> new LabCommand();
      case "help" -> new CommandLine.HelpCommand();
      default -> throw new IllegalArgumentException(name);
    };
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
