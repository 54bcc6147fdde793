package io.finward.appliance.apache.syntax;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The sections that say whether what is in them counts: {@code IfModule} and its kin. */
final class Conditions {
  private static final Set<String> NAMES =
      Set.of("ifmodule", "ifdefine", "ifversion", "iffile", "ifdirective", "ifsection");

  private final Variables variables;
  private final Modules modules;
  private final HttpdVersion version;
  private final Supplier<Path> root;

  Conditions(Variables variables, Modules modules, HttpdVersion version, Supplier<Path> root) {
    this.variables = variables;
    this.modules = modules;
    this.version = version;
    this.root = root;
  }

  static boolean isOne(String section) {
    return NAMES.contains(Variables.folded(section));
  }

  /**
   * Whether a condition holds.
   *
   * @throws IllegalArgumentException when it is malformed; the message says what was expected
   */
  boolean holds(String section, List<String> words) {
    String first = words.isEmpty() ? "" : words.getFirst();
    boolean not = first.startsWith("!");
    String name = not ? first.substring(1).strip() : first;
    if (not && name.isEmpty() && words.size() > 1) {
      name = words.get(1);
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException("an argument is missing");
    }
    String tested = name;
    return switch (Variables.folded(section)) {
      case "ifmodule" -> not != modules.has(tested);
      case "ifdefine" -> not != variables.isDefined(tested);
      case "iffile" -> not != Files.exists(root.get().resolve(tested));
      case "ifversion" ->
          words.size() > 1
              ? version.matches(first, words.get(1))
              : not != version.matches("=", tested);
      // Whatever it asks for, httpd 2.4 has it.
      default -> !not;
    };
  }
}
