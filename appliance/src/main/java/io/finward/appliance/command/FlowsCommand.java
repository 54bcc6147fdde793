package io.finward.appliance.command;

import io.finward.appliance.text.Ages;
import io.finward.appliance.text.Table;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code finward flows}: the shadow table. */
@Command(name = "flows", description = "List the flows of the shadow table.")
final class FlowsCommand implements Callable<Integer> {
  @Mixin private final Instance instance = new Instance();
  @Mixin private final Terminal terminal = new Terminal();

  @Option(names = "--json", description = "a JSON array instead of a table")
  private boolean json;

  @Override
  public Integer call() throws CommandFailedException {
    String body = instance.get("/flows");
    if (json) {
      terminal.out().println(body);
    } else {
      terminal.out().print(table(Instance.rows(body)));
    }
    terminal.out().flush();
    return 0;
  }

  static String table(List<Map<String, String>> flows) {
    Table table =
        new Table(
            List.of(
                "CLIENT", "DESTINATION", "LOCAL", "LEG", "STATE", "CLOSED FIRST", ">CLOSED FOR"));
    for (Map<String, String> flow : flows) {
      Fields fields = new Fields(flow);
      table.add(
          List.of(
              fields.text("client"),
              fields.text("original_destination"),
              fields.text("local"),
              fields.text("leg"),
              fields.text("state"),
              fields.text("closed_first").equals("none") ? "-" : fields.text("closed_first"),
              Ages.age(fields.number("closed_ms"))));
    }
    return table + "%d flow%s%n".formatted(flows.size(), flows.size() == 1 ? "" : "s");
  }
}
