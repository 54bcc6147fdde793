package io.finward.appliance.apache.syntax;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code Define} and the environment give to <code>${NAME}</code>. Not thread-safe. */
final class Variables {
  private static final Pattern USE = Pattern.compile("\\$\\{([^}\\s]+)}");

  private final Map<String, String> defined = new HashMap<>();
  private final Map<String, String> environment;

  /**
   * Knows the environment only.
   *
   * @param environment of httpd, as far as it is known
   */
  Variables(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  void define(String name, String value) {
    defined.put(name, value);
  }

  void undefine(String name) {
    defined.remove(name);
  }

  /** Whether {@code IfDefine} finds it; the environment does not count. */
  boolean isDefined(String name) {
    return defined.containsKey(name);
  }

  /**
   * A line with its variables replaced. What nobody has defined stays as it is, as in httpd.
   *
   * @param unknown told of each of those
   */
  String replace(String line, Consumer<String> unknown) {
    Matcher use = USE.matcher(line);
    StringBuilder replaced = new StringBuilder();
    while (use.find()) {
      String name = String.valueOf(use.group(1));
      // RewriteMap's ${map:key} is no variable.
      String value = name.contains(":") ? null : defined.get(name);
      if (value == null) {
        value = environment.get(name);
      }
      if (value == null && !name.contains(":")) {
        unknown.accept(name);
      }
      use.appendReplacement(
          replaced, Matcher.quoteReplacement(value == null ? String.valueOf(use.group()) : value));
    }
    return use.appendTail(replaced).toString();
  }

  /** A name as sections and modules compare it. */
  static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
