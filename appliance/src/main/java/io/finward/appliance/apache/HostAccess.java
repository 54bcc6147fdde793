package io.finward.appliance.apache;

import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code Order}, {@code Allow}, {@code Deny} and {@code Satisfy}, of mod_access_compat. */
final class HostAccess {
  private static final Set<String> NAMES = Set.of("order", "allow", "deny", "satisfy");

  private final Ledger ledger;
  private final Environment environment;

  HostAccess(Ledger ledger, Environment environment) {
    this.ledger = ledger;
    this.environment = environment;
  }

  /** Whether there is any of it. One replaces all of an earlier section: it has no merging. */
  static boolean isIn(List<Node> nodes) {
    return nodes.stream().anyMatch(node -> NAMES.contains(node.name().toLowerCase(Locale.ROOT)));
  }

  /** Whether either of hosts and users is enough. */
  boolean satisfiesAny(List<Node> nodes) {
    boolean any = false;
    for (Node node : nodes) {
      if (node instanceof Directive satisfy && node.is("Satisfy")) {
        any = satisfy.word(0).equalsIgnoreCase("any");
        ledger.carried(satisfy);
      }
    }
    return any;
  }

  /** Who gets in. */
  Criterion of(List<Node> nodes) {
    boolean allowDeny = false;
    List<Criterion> allows = new ArrayList<>();
    List<Criterion> denies = new ArrayList<>();
    for (Node node : nodes) {
      if (!(node instanceof Directive directive)) {
        continue;
      }
      if (node.is("Order")) {
        allowDeny = !directive.words().isEmpty() && !isDenyAllow(directive);
        ledger.carried(node);
      } else if (node.is("Allow")) {
        allows.add(from(directive, false));
      } else if (node.is("Deny")) {
        denies.add(from(directive, true));
      }
    }
    Criterion allowed = Criterion.any(allows);
    Criterion denied = Criterion.any(denies);
    return allowDeny
        ? Criterion.all(Criterion.not(denied), allowed)
        : Criterion.any(allowed, Criterion.not(denied));
  }

  /** {@code Order deny,allow}; people write a space after the comma, which httpd refuses. */
  private static boolean isDenyAllow(Directive order) {
    return String.join("", order.words()).equalsIgnoreCase("deny,allow");
  }

  private Criterion from(Directive directive, boolean denies) {
    List<Criterion> any = new ArrayList<>();
    List<String> words = directive.words().stream().skip(1).toList();
    List<String> addresses = new ArrayList<>();
    for (String word : words) {
      String folded = word.toLowerCase(Locale.ROOT);
      if (folded.equals("all")) {
        ledger.carried(directive);
        any.add(Criterion.always());
      } else if (folded.startsWith("env=")) {
        any.add(environment.set(word.substring(4), directive));
      } else {
        addresses.add(word);
      }
    }
    if (!addresses.isEmpty()) {
      any.add(new Clients(ledger).of(directive, addresses));
    }
    Criterion meant = Criterion.any(any);
    if (denies && meant.equals(Criterion.never()) && !words.isEmpty()) {
      ledger.remark(directive, "WIDER THAN APACHE: nobody is denied by it any more");
    }
    ledger.settle(directive, Fate.NOT_CARRIED);
    return meant;
  }
}
