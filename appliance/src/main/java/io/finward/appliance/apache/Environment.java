package io.finward.appliance.apache;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which requests have a variable of the environment, for {@code Allow from env=} and {@code Require
 * env}: as far as {@code SetEnvIf} sets it by URL, method or address.
 */
final class Environment {
  private final Scope scope;
  private final Ledger ledger;

  Environment(Scope scope, Ledger ledger) {
    this.scope = scope;
    this.ledger = ledger;
  }

  /** The requests for which a variable is set. */
  Criterion set(String variable, Node asking) {
    boolean not = variable.startsWith("!");
    String name = not ? variable.substring(1) : variable;
    List<Criterion> any = new ArrayList<>();
    boolean whole = true;
    for (String kind : List.of("SetEnvIf", "SetEnvIfNoCase", "BrowserMatch", "SetEnvIfExpr")) {
      for (Directive directive : scope.everywhere(kind)) {
        if (sets(directive, name)) {
          Criterion when = when(directive);
          whole &= !when.equals(Criterion.never());
          any.add(when);
        }
      }
    }
    Criterion meant = Criterion.any(any);
    if (not || meant.equals(Criterion.never()) || !whole) {
      ledger.notCarried(
          asking,
          "variable %s: only SetEnvIf of Request_URI, Request_Method and Remote_Addr can be followed"
              .formatted(name));
      return Criterion.never();
    }
    ledger.carried(asking);
    return meant;
  }

  private static boolean sets(Directive directive, String name) {
    return directive.words().stream()
        .skip(directive.is("BrowserMatch") || directive.is("SetEnvIfExpr") ? 1 : 2)
        .anyMatch(word -> word.equals(name) || word.startsWith(name + "="));
  }

  /** The requests that {@code SetEnvIf} means; never when it cannot be said. */
  Criterion when(Directive directive) {
    if (!directive.name().toLowerCase(Locale.ROOT).startsWith("setenvif")
        || directive.words().size() < 3) {
      return Criterion.never();
    }
    String regex = directive.word(1);
    boolean fold = directive.is("SetEnvIfNoCase");
    String key = directive.word(0).toLowerCase(Locale.ROOT);
    if (key.equals("request_method")) {
      String methods = regex.replaceAll("^\\^?\\(?|\\)?\\$?$", "");
      if (!methods.matches("[A-Z]{2,16}(\\|[A-Z]{2,16})*")) {
        return Criterion.never();
      }
      ledger.carried(directive);
      return new Criterion.Is("method", List.of(methods.split("\\|")), List.of(directive));
    }
    if (key.equals("remote_addr")) {
      String network = network(regex);
      if (network == null) {
        return Criterion.never();
      }
      ledger.carried(directive);
      return new Criterion.Is("client", List.of(network), List.of(directive));
    }
    if (!key.equals("request_uri")) {
      return Criterion.never();
    }
    String text = (fold ? "(?i)" : "") + regex;
    try {
      Pattern.compile(text);
    } catch (PatternSyntaxException _) {
      return Criterion.never();
    }
    ledger.carried(directive);
    return new Criterion.Is("url-regex", List.of(text), List.of(directive));
  }

  /** An expression that is an IPv4 address, {@code ^192\\.0\\.2\\.1$}, or begins one. */
  private static @Nullable String network(String regex) {
    boolean whole = regex.matches("\\^([0-9]+\\\\\\.){3}[0-9]+\\$");
    return whole || regex.matches("\\^([0-9]+\\\\\\.){1,3}")
        ? Addresses.network(regex.replaceAll("[\\^$\\\\]", ""))
        : null;
  }
}
