package io.finward.appliance.apache;

import io.finward.appliance.apache.syntax.HttpdConf;
import io.finward.appliance.apache.syntax.Node.Directive;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code ErrorDocument}, where it is a file that can be sent as it is. */
final class ErrorPages {
  /** What explicit doors answer by themselves. */
  private static final Set<String> STATUSES =
      Set.of("400", "403", "405", "407", "408", "417", "431", "501", "502", "503", "504", "505");

  private final HttpdConf conf;
  private final Ledger ledger;
  private final Map<String, Directive> pages = new TreeMap<>();
  private final Map<String, String> values = new TreeMap<>();

  ErrorPages(HttpdConf conf, Ledger ledger) {
    this.conf = conf;
    this.ledger = ledger;
  }

  /** Adds the pages of a door. */
  void add(Scope scope) {
    Map<String, Directive> own = new TreeMap<>();
    for (Directive directive : scope.everywhere("ErrorDocument")) {
      Directive earlier = own.put(directive.word(0), directive);
      if (earlier != null) {
        ledger.settle(earlier, Ledger.Fate.OVERRIDDEN);
      }
    }
    own.forEach((status, directive) -> add(scope, status, directive));
  }

  private void add(Scope scope, String status, Directive directive) {
    String target = directive.word(1);
    // httpd takes the rest of the line for a text when one quote begins it.
    boolean text = !target.startsWith("/") && !target.matches("(?i)https?://.*");
    if (target.equalsIgnoreCase("default") && directive.words().size() == 2) {
      ledger.settle(directive, Ledger.Fate.NO_MEANING);
    } else if (!STATUSES.contains(status)) {
      ledger.notCarried(directive, "no explicit door answers %s by itself".formatted(status));
    } else if (text) {
      ledger.notCarried(
          directive, "a text: put it into a file, and error-pages { %s = FILE }".formatted(status));
    } else if (!target.startsWith("/")) {
      ledger.notCarried(directive, "nobody is sent elsewhere: a file is sent, or nothing");
    } else if (!target.matches("(?i).*\\.(html?|txt|json)")) {
      ledger.notCarried(directive, "the page is made by a program; a file is sent as it is");
    } else {
      String file = file(scope, target);
      if (file == null) {
        ledger.notCarried(directive, "neither Alias nor DocumentRoot says where the file is");
        return;
      }
      Directive earlier = pages.putIfAbsent(status, directive);
      if (earlier == null) {
        values.put(status, file);
        ledger.carried(directive);
      } else if (!file.equals(values.get(status))) {
        ledger.notCarried(directive, "one page for all doors; another one counts");
      }
    }
  }

  private @Nullable String file(Scope scope, String url) {
    for (Directive alias : scope.every("Alias")) {
      String from = alias.word(0);
      if (!from.isEmpty() && url.startsWith(from)) {
        ledger.carried(alias);
        return conf.path(alias.word(1) + url.substring(from.length())).toString();
      }
    }
    Directive root = scope.last("DocumentRoot");
    if (root == null) {
      return null;
    }
    ledger.carried(root);
    return Path.of(conf.path(root.word(0)) + url).normalize().toString();
  }

  void write(ConfText out) {
    if (pages.isEmpty()) {
      return;
    }
    out.open("error-pages", List.of());
    pages.forEach((status, directive) ->
        out.line(
            status + " = " + Hocon.quoted(String.valueOf(values.get(status))), List.of(directive)));
    out.close();
  }
}
