package io.finward.appliance.apache;

import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code ProxyBlock}: words in host names, and addresses. */
final class Blocks {
  private final Ledger ledger;

  Blocks(Ledger ledger) {
    this.ledger = ledger;
  }

  /** What a door refuses. */
  Criterion of(Scope scope) {
    List<Criterion> any = new ArrayList<>();
    for (Directive directive : scope.every("ProxyBlock")) {
      ledger.carried(directive);
      for (String word : directive.words()) {
        any.add(word(directive, word));
      }
    }
    return Criterion.any(any);
  }

  private Criterion word(Directive directive, String word) {
    if (word.startsWith("*")) {
      return Criterion.always();
    }
    String part = word.toLowerCase(Locale.ROOT);
    List<Node> sources = List.of(directive);
    if (Addresses.isAddress(part)) {
      return new Criterion.Is("destination", List.of(part), sources);
    }
    if (part.matches("[a-z0-9_.-]{1,253}")) {
      return new Criterion.Is("name-contains", List.of(part), sources);
    }
    ledger.remark(
        directive, "\"%s\" is no part of a host name: nothing matches it".formatted(word));
    return Criterion.never();
  }
}
