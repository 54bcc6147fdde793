package io.finward.appliance.apache;

import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code ProxyBlock}: words in host names, and addresses. */
final class Blocks {
  /** With a dot: httpd looks no others up. */
  private static final String HOST =
      "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+";

  private final Ledger ledger;

  Blocks(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * What a door refuses. A word with a dot is a host as well, with its addresses, unless a parent
   * resolves names for the door (mod_proxy, ap_proxy_checkproxyblock).
   */
  Criterion of(Scope scope) {
    List<Criterion> any = new ArrayList<>();
    boolean resolves =
        scope.every("ProxyRemote").isEmpty() && scope.every("ProxyRemoteMatch").isEmpty();
    for (Directive directive : scope.every("ProxyBlock")) {
      ledger.carried(directive);
      for (String word : directive.words()) {
        any.add(word(directive, word, resolves));
      }
    }
    return Criterion.any(any);
  }

  private Criterion word(Directive directive, String word, boolean resolves) {
    if (word.startsWith("*")) {
      return Criterion.always();
    }
    String part = word.toLowerCase(Locale.ROOT);
    List<Node> sources = List.of(directive);
    if (Addresses.isAddress(part)) {
      return new Criterion.Is("destination", List.of(part), sources);
    }
    if (part.matches("[a-z0-9_.-]{1,253}")) {
      Criterion name = new Criterion.Is("name-contains", List.of(part), sources);
      return resolves && part.matches(HOST)
          ? Criterion.any(name, new Criterion.Is("destination-host", List.of(part), sources))
          : name;
    }
    ledger.remark(
        directive, "\"%s\" is no part of a host name: nothing matches it".formatted(word));
    return Criterion.never();
  }
}
