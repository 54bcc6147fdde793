package io.finward.appliance.apache;

import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import io.finward.appliance.log.LogLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code LogLevel} of mod_proxy and its kin, the most that any door wants. The level of all is left
 * out: with httpd's usual {@code warn} no session's end would be told of.
 */
final class Levels {
  private final Ledger ledger;
  private final List<Node> sources = new ArrayList<>();
  private @Nullable LogLevel proxy;

  Levels(Ledger ledger) {
    this.ledger = ledger;
  }

  void read(Scope scope) {
    for (Directive directive : scope.every("LogLevel")) {
      for (String word : directive.words()) {
        int colon = word.indexOf(':');
        String module = colon < 0 ? "" : word.substring(0, colon).replaceFirst("^mod_", "");
        LogLevel level = level(word.substring(colon + 1));
        if (module.startsWith("proxy") && level == null) {
          ledger.notCarried(directive, "\"%s\" is no level".formatted(word));
        } else if (module.startsWith("proxy") && level != null) {
          proxy = proxy == null || level.compareTo(proxy) > 0 ? level : proxy;
          if (!sources.contains(directive)) {
            sources.add(directive);
          }
          ledger.carried(directive);
        }
      }
    }
  }

  private static @Nullable LogLevel level(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "emerg", "alert", "crit", "error" -> LogLevel.ERROR;
      case "warn" -> LogLevel.WARN;
      case "notice", "info" -> LogLevel.INFO;
      case "debug" -> LogLevel.DEBUG;
      case "trace1", "trace2", "trace3", "trace4", "trace5", "trace6", "trace7", "trace8" ->
          LogLevel.TRACE;
      default -> null;
    };
  }

  boolean isEmpty() {
    return proxy == null;
  }

  void write(ConfText out) {
    LogLevel level = proxy;
    if (level != null) {
      out.line("levels { proxy = %s }".formatted(level.word()), sources);
    }
  }
}
