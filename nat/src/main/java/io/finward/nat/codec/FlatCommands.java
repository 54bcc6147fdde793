package io.finward.nat.codec;

import java.util.ArrayList;
import java.util.List;

/**
 * The table's text as single {@code add} commands. The nested form also sets the table's flags,
 * which the kernel refuses for a persistent table, as nft 1.0.6 knows nothing of that flag.
 */
public final class FlatCommands {
  private static final String TABLE = " inet " + Names.TABLE + " ";

  /** What rules refer to: counters, sets, policies, and the chains themselves. */
  private final StringBuilder declarations = new StringBuilder();

  private final StringBuilder rules = new StringBuilder();

  private FlatCommands() {}

  /** The commands for what {@link NftTable#text} says. */
  public static String of(String nested) {
    FlatCommands commands = new FlatCommands();
    List<String> lines = nested.lines().map(String::strip).filter(FlatCommands::says).toList();
    // The first line opens the table, the last one closes it.
    int at = 1;
    while (at < lines.size() - 1) {
      String head = lines.get(at++);
      List<String> body = new ArrayList<>();
      if (head.endsWith("{")) {
        while (!lines.get(at).equals("}")) {
          body.add(lines.get(at++));
        }
        at++;
        commands.block(head.substring(0, head.length() - 1).strip(), body);
      } else {
        commands.block(head.replace(" { }", ""), body);
      }
    }
    return commands.declarations.toString() + commands.rules;
  }

  private static boolean says(String line) {
    return !line.isEmpty() && !line.startsWith("#");
  }

  private void block(String head, List<String> body) {
    int end = head.lastIndexOf(' ');
    String kind = head.substring(0, end);
    String name = head.substring(end + 1);
    List<String> inside = body;
    if (kind.equals("chain")) {
      int declared = !body.isEmpty() && body.getFirst().startsWith("type ") ? 1 : 0;
      inside = body.subList(0, declared);
      for (String rule : body.subList(declared, body.size())) {
        rules.append("add rule").append(TABLE).append(name).append(' ').append(rule).append('\n');
      }
    }
    declarations.append("add ").append(kind).append(TABLE).append(name);
    if (!inside.isEmpty()) {
      declarations.append(" {\n").append(String.join("\n", inside)).append("\n}");
    }
    declarations.append('\n');
  }
}
