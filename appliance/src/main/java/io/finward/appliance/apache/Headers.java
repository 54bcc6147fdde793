package io.finward.appliance.apache;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.Treatments.Part;
import io.finward.appliance.apache.Treatments.Rule;
import io.finward.appliance.apache.syntax.Node.Directive;
import io.finward.proxy.treatment.HeaderEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code Header} and {@code RequestHeader}. */
final class Headers {
  private static final Set<String> ACTIONS =
      Set.of("set", "append", "merge", "add", "unset", "edit", "edit*");
  private static final String TEXT = "[ -~\\t]{0,4096}";

  private final Environment environment;
  private final Ledger ledger;

  /** A directive whose words have been sorted. */
  private record Asked(
      Directive directive,
      boolean always,
      String action,
      String name,
      List<String> values,
      String condition) {}

  Headers(Environment environment, Ledger ledger) {
    this.environment = environment;
    this.ledger = ledger;
  }

  List<Rule> rules(List<Part> parts) {
    List<Rule> rules = new ArrayList<>();
    for (Part part : parts) {
      part.directives("Header", "RequestHeader")
          .forEach(directive -> add(part.when(), asked(directive), rules));
    }
    return rules;
  }

  private static Asked asked(Directive directive) {
    List<String> words = new ArrayList<>(directive.words());
    boolean answer = directive.is("Header");
    boolean always = answer && !words.isEmpty() && words.getFirst().equalsIgnoreCase("always");
    if (always || (answer && !words.isEmpty() && words.getFirst().equalsIgnoreCase("onsuccess"))) {
      words.removeFirst();
    }
    String action = words.isEmpty() ? "" : words.removeFirst().toLowerCase(Locale.ROOT);
    String name = words.isEmpty() ? "" : words.removeFirst();
    name = name.endsWith(":") ? name.substring(0, name.length() - 1) : name;
    int takes = action.equals("unset") ? 0 : action.startsWith("edit") ? 2 : 1;
    List<String> values = words.subList(0, Math.min(takes, words.size()));
    String condition = String.join(" ", words.subList(values.size(), words.size()));
    return new Asked(directive, always, action, name, values, condition);
  }

  private void add(Criterion where, Asked asked, List<Rule> rules) {
    String unsaid = unsaid(asked);
    if (!unsaid.isEmpty()) {
      ledger.notCarried(asked.directive(), unsaid);
      return;
    }
    boolean answer = asked.directive().is("Header");
    if (!answer
        && asked.action().equals("unset")
        && asked.name().equalsIgnoreCase("Proxy-Authorization")) {
      // It never goes further than here.
      ledger.settle(asked.directive(), Fate.NO_MEANING);
      return;
    }
    if (!HeaderEdit.mayTouch(asked.name())) {
      ledger.notCarried(
          asked.directive(), "connections, framing and routing depend on this header");
      return;
    }
    String settings = settings(asked);
    Criterion when = settings == null ? Criterion.never() : condition(asked);
    if (settings == null || when.equals(Criterion.never())) {
      return;
    }
    ledger.carried(asked.directive());
    if (asked.always()) {
      ledger.remark(
          asked.directive(), "on an origin's answers; the proxy's own answers are left alone");
    }
    rules.add(
        new Rule(
            Criterion.all(where, when),
            "in = %s, %s".formatted(answer ? "answer" : "request", settings),
            List.of(asked.directive())));
  }

  /** Why there is no counterpart; empty when there is one. */
  private static String unsaid(Asked asked) {
    boolean early = asked.condition().equals("early");
    if (!ACTIONS.contains(asked.action())) {
      return "\"%s\" has no counterpart".formatted(asked.action());
    }
    if (!asked.name().matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")) {
      return "\"%s\" is no header's name".formatted(asked.name());
    }
    if (asked.condition().startsWith("expr=")
        || asked.values().stream().anyMatch(value -> value.startsWith("expr="))) {
      return "expressions are not understood";
    }
    // Nobody but the origin looks at a request's header: early is as good as late.
    if (!asked.condition().isEmpty()
        && !asked.condition().startsWith("env=")
        && (!early || asked.directive().is("Header"))) {
      return "\"%s\" has no counterpart".formatted(asked.condition());
    }
    // What is always added stands beside what the origin says, and nothing of that is edited.
    if (asked.always() && Set.of("unset", "edit", "edit*").contains(asked.action())) {
      return "always is about the server's own headers, not an origin's";
    }
    return "";
  }

  private @Nullable String settings(Asked asked) {
    String name = Hocon.quoted(asked.name());
    if (asked.action().equals("unset")) {
      return "unset = " + name;
    }
    if (asked.action().startsWith("edit")) {
      return edit(asked, name);
    }
    String text = plain(asked, asked.values().isEmpty() ? "" : asked.values().getFirst());
    if (text == null) {
      return null;
    }
    String action = asked.always() ? "add" : asked.action();
    return "%s = %s, value = %s".formatted(action, name, Hocon.quoted(text.strip()));
  }

  private @Nullable String edit(Asked asked, String name) {
    String regex = asked.values().isEmpty() ? "" : asked.values().getFirst();
    String text = plain(asked, asked.values().size() < 2 ? "" : asked.values().get(1));
    String replacement = text == null ? null : replacement(text);
    if (text == null) {
      return null;
    }
    try {
      Pattern pattern = Pattern.compile(regex);
      if (replacement == null) {
        throw new IllegalArgumentException("a group before a digit");
      }
      var _ = new HeaderEdit.Edit(asked.name(), pattern, replacement, true);
    } catch (PatternSyntaxException e) {
      ledger.notCarried(asked.directive(), "not an expression of RE2: " + e.getMessage());
      return null;
    } catch (IllegalArgumentException e) {
      ledger.notCarried(asked.directive(), "no replacement of RE2: " + e.getMessage());
      return null;
    }
    return "%s = %s, pattern = %s, value = %s"
        .formatted(
            asked.action().equals("edit") ? "edit" : "edit-all",
            name,
            Hocon.quoted(regex),
            Hocon.quoted(replacement));
  }

  /** A value without formats; null, and it is said, with one. */
  private @Nullable String plain(Asked asked, String value) {
    String bare = value.replace("%%", "");
    if (bare.indexOf('%') >= 0) {
      ledger.notCarried(asked.directive(), "values are plain text, without % formats");
      return null;
    }
    if (!value.matches(TEXT)) {
      ledger.notCarried(asked.directive(), "values are at most 4096 characters of ASCII");
      return null;
    }
    return value.replace("%%", "%");
  }

  /**
   * {@code ap_pregsub} takes {@code $0} to {@code $9}, one digit, and any other dollar as it is;
   * null where another digit follows, since here the two are one number.
   */
  private static @Nullable String replacement(String text) {
    StringBuilder made = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean digit = i + 1 < text.length() && isDigit(text.charAt(i + 1));
      if (c == '$' && digit) {
        if (i + 2 < text.length() && isDigit(text.charAt(i + 2))) {
          return null;
        }
        made.append(c);
      } else if (c == '$') {
        made.append("\\$");
      } else if (c == '\\' && i + 1 < text.length()) {
        i++;
        made.append(text.charAt(i) == '$' || text.charAt(i) == '\\' ? "\\" : "");
        made.append(text.charAt(i));
      } else {
        made.append(c == '\\' ? "\\\\" : String.valueOf(c));
      }
    }
    return made.toString();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private Criterion condition(Asked asked) {
    String condition = asked.condition();
    return condition.startsWith("env=")
        ? environment.set(condition.substring("env=".length()), asked.directive())
        : Criterion.always();
  }
}
