package io.finward.appliance.apache;

import io.finward.appliance.apache.Treatments.Part;
import io.finward.appliance.apache.Treatments.Rule;
import io.finward.appliance.apache.syntax.Node.Directive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code SetEnv}, {@code SetEnvIf} and {@code UnsetEnv} of the variables that mod_proxy looks at.
 * Whether they are set is all that counts, not their value.
 */
final class Variables {
  /** What a request is like with the variable; the opposite without. */
  private static final Map<String, Boolean> VALUES =
      Map.of("keep-alive", false, "http10", true, "half-close", false, "chain-auth", true);

  private static final Map<String, String> KEYS =
      Map.of(
          "proxy-nokeepalive", "keep-alive",
          "force-proxy-request-1.0", "http10",
          "proxy-nohalfclose", "half-close",
          "proxy-chain-auth", "chain-auth");

  private final Environment environment;
  private final Ledger ledger;

  Variables(Environment environment, Ledger ledger) {
    this.environment = environment;
    this.ledger = ledger;
  }

  /** The rules: mod_setenvif comes before mod_env, whatever stands first. */
  List<Rule> rules(List<Part> parts) {
    List<Rule> rules = new ArrayList<>();
    for (Part part : parts) {
      part.directives("SetEnvIf", "SetEnvIfNoCase")
          .forEach(directive -> conditional(part, directive, rules));
    }
    for (Part part : parts) {
      for (Directive directive : part.directives("SetEnv", "UnsetEnv")) {
        boolean set = directive.is("SetEnv");
        List<String> names = set ? List.of(directive.word(0)) : directive.words();
        names.forEach(name -> add(part.when(), name, set, directive, rules));
      }
    }
    return rules;
  }

  private void conditional(Part part, Directive directive, List<Rule> rules) {
    List<String> set =
        directive.words().stream().skip(2).filter(word -> key(word) != null).toList();
    if (set.isEmpty()) {
      return;
    }
    Criterion when = environment.when(directive);
    if (when.equals(Criterion.never())) {
      ledger.notCarried(
          directive,
          "only SetEnvIf of Request_URI, Request_Method and Remote_Addr can be followed");
      return;
    }
    for (String word : set) {
      boolean on = !word.startsWith("!");
      add(Criterion.all(part.when(), when), word, on, directive, rules);
    }
  }

  private void add(Criterion when, String word, boolean on, Directive directive, List<Rule> rules) {
    String key = key(word);
    if (key != null) {
      ledger.carried(directive);
      boolean value = VALUES.getOrDefault(key, true) == on;
      rules.add(new Rule(when, key + " = " + value, List.of(directive)));
    }
  }

  /** The setting that a variable is, with {@code !} and {@code =value}; null for another one. */
  private static @Nullable String key(String word) {
    String bare = word.startsWith("!") ? word.substring(1) : word;
    int equals = bare.indexOf('=');
    return KEYS.get((equals < 0 ? bare : bare.substring(0, equals)).toLowerCase(Locale.ROOT));
  }
}
