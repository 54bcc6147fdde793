package io.finward.appliance.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.finward.appliance.text.Ages;
import io.finward.appliance.text.Table;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code finward sessions}: the live sessions as a table or as JSON. */
@Command(name = "sessions", description = "List the live sessions of the running instance.")
final class SessionsCommand implements Callable<Integer> {
  @Mixin private final Instance instance = new Instance();
  @Mixin private final Terminal terminal = new Terminal();

  @Option(names = "--json", description = "a JSON array instead of a table")
  private boolean json;

  @Option(names = "--half-closed", description = "only those of which one side's FIN has been seen")
  private boolean halfClosed;

  @Option(names = "--client", paramLabel = "ADDR", description = "only this client's")
  private @Nullable String client;

  @Override
  public Integer call() throws CommandFailedException {
    String query =
        (halfClosed ? "&half-closed" : "")
            + (client == null ? "" : "&client=" + URLEncoder.encode(client, UTF_8));
    String body = instance.get("/sessions" + (query.isEmpty() ? "" : "?" + query.substring(1)));
    if (json) {
      terminal.out().println(body);
    } else {
      terminal.out().print(table(Instance.rows(body)));
    }
    terminal.out().flush();
    return 0;
  }

  /** As engineers read it over ssh. */
  static String table(List<Map<String, String>> sessions) {
    Table table =
        new Table(
            List.of(
                ">ID",
                "LISTENER",
                "CLIENT",
                "DESTINATION",
                "STATE",
                "CLOSED FIRST",
                ">AGE",
                ">FROM CLIENT",
                ">FROM SERVER"));
    long halfClosed = 0;
    for (Map<String, String> session : sessions) {
      Fields fields = new Fields(session);
      table.add(
          List.of(
              fields.text("id"),
              fields.text("listener"),
              fields.text("client"),
              fields.text("original_destination"),
              fields.text("state"),
              fields.text("closed_first").equals("none") ? "-" : fields.text("closed_first"),
              Ages.age(fields.number("age_ms")),
              Ages.size(fields.number("bytes_from_client")),
              Ages.size(fields.number("bytes_from_server"))));
      halfClosed += fields.text("half_closed").equals("true") ? 1 : 0;
    }
    return table
        + "%d session%s, %d half-closed%n"
            .formatted(sessions.size(), sessions.size() == 1 ? "" : "s", halfClosed);
  }
}
