package io.finward.appliance.command;

import io.finward.appliance.text.Ages;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code finward session show ID} and {@code finward session kill ID}. */
@Command(
    name = "session",
    description = "Show or end one session.",
    synopsisSubcommandLabel = "(show | kill)",
    subcommands = {SessionCommand.Show.class, SessionCommand.Kill.class})
final class SessionCommand {
  SessionCommand() {}

  /** Every field of a session, one a line. */
  @Command(name = "show", description = "Show everything that is known of a session.")
  static final class Show implements Callable<Integer> {
    @Mixin private final Instance instance = new Instance();
    @Mixin private final Terminal terminal = new Terminal();

    @Parameters(paramLabel = "ID", description = "as in the list of sessions")
    private long id;

    @Option(names = "--json", description = "a JSON object")
    private boolean json;

    @Override
    public Integer call() throws CommandFailedException {
      String body = instance.get("/sessions/" + id);
      if (json) {
        terminal.out().println(body);
      } else {
        for (Map<String, String> session : Instance.rows(body)) {
          session.forEach(this::line);
        }
      }
      terminal.out().flush();
      return 0;
    }

    private void line(String field, String value) {
      String spoken =
          field.equals("age_ms")
              ? Ages.age(Long.parseLong(value))
              : field.startsWith("bytes_from_")
                  ? "%s (%s)".formatted(value, Ages.size(Long.parseLong(value)))
                  : value;
      terminal.out().printf("%-22s%s%n", field.replace("_ms", "").replace('_', ' '), spoken);
    }
  }

  /** Ends a session with RST to both sides. */
  @Command(name = "kill", description = "End a session with RST to both sides.")
  static final class Kill implements Callable<Integer> {
    @Mixin private final Instance instance = new Instance();

    @Parameters(paramLabel = "ID", description = "as in the list of sessions")
    private long id;

    @Override
    public Integer call() throws CommandFailedException {
      instance.post("/sessions/" + id + "/kill");
      return 0;
    }
  }
}
