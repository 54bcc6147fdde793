package io.finward.appliance.apache;

import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import io.finward.appliance.apache.syntax.Node.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code Require} and the sections it stands in, of mod_authz_core. */
final class Requires {
  private static final Set<String> SECTIONS = Set.of("requireall", "requireany", "requirenone");

  private final Ledger ledger;
  private final Environment environment;
  private final Users users;

  Requires(Ledger ledger, Environment environment, Users users) {
    this.ledger = ledger;
    this.environment = environment;
    this.users = users;
  }

  /** Whether there is any of it. */
  static boolean isIn(List<Node> nodes) {
    return nodes.stream().anyMatch(Requires::isOne);
  }

  private static boolean isOne(Node node) {
    return node.is("Require") || SECTIONS.contains(node.name().toLowerCase(Locale.ROOT));
  }

  /** Who is let in by the requirements of a section, of which one is enough. */
  Criterion of(List<Node> nodes) {
    return any(nodes, false);
  }

  private Criterion any(List<Node> nodes, boolean denies) {
    List<Criterion> parts = new ArrayList<>();
    for (Node node : nodes) {
      if (isOne(node) && isNegative(node)) {
        ledger.notCarriedWhole(node, "httpd itself refuses it here: it needs a <RequireAll>");
      } else if (isOne(node)) {
        parts.add(one(node, denies));
      }
    }
    return Criterion.any(parts);
  }

  private Criterion all(List<Node> nodes, boolean denies) {
    List<Criterion> parts = new ArrayList<>();
    for (Node node : nodes) {
      if (isOne(node)) {
        parts.add(one(node, denies));
      }
    }
    return Criterion.all(parts);
  }

  private static boolean isNegative(Node node) {
    return node.is("RequireNone")
        || (node instanceof Directive directive && directive.word(0).equalsIgnoreCase("not"));
  }

  /**
   * @param denies whether those it matches are kept out, so that what cannot be said lets more in
   */
  private Criterion one(Node node, boolean denies) {
    if (node instanceof Section section) {
      ledger.settle(section, Fate.CARRIED);
      if (section.is("RequireAll")) {
        return all(section.nodes(), denies);
      }
      return section.is("RequireAny")
          ? any(section.nodes(), denies)
          : Criterion.not(any(section.nodes(), !denies));
    }
    Directive directive = (Directive) node;
    boolean not = isNegative(node);
    int at = not ? 1 : 0;
    List<String> words = directive.words().stream().skip(at + 1).toList();
    Criterion meant = provider(directive, directive.word(at).toLowerCase(Locale.ROOT), words);
    ledger.settle(directive, Fate.NOT_CARRIED);
    if (meant.equals(Criterion.never()) && not != denies && !deniesAll(directive, at)) {
      ledger.remark(directive, "WIDER THAN APACHE: nobody is denied by it any more");
    }
    return not ? Criterion.not(meant) : meant;
  }

  private static boolean deniesAll(Directive directive, int at) {
    return directive.word(at).equalsIgnoreCase("all");
  }

  private Criterion provider(Directive directive, String provider, List<String> words) {
    switch (provider) {
      case "all" -> {
        ledger.carried(directive);
        boolean granted = !words.isEmpty() && words.getFirst().equalsIgnoreCase("granted");
        return granted ? Criterion.always() : Criterion.never();
      }
      case "ip" -> {
        return new Clients(ledger).of(directive, words);
      }
      case "local" -> {
        return new Clients(ledger).local(directive);
      }
      case "host", "forward-dns" -> ledger.notCarried(directive, Clients.NO_NAMES);
      case "user" -> {
        return users.person("user", directive, words);
      }
      case "group" -> {
        return users.person("group", directive, words);
      }
      case "valid-user" -> {
        return users.person("valid-user", directive, List.of("true"));
      }
      case "method" -> {
        if (!words.stream().allMatch(Methods::isOne)) {
          ledger.notCarried(directive, "methods are upper-case words");
          return Criterion.never();
        }
        ledger.carried(directive);
        List<String> methods = new ArrayList<>(words);
        if (words.contains("GET")) {
          methods.add("HEAD"); // Apache counts it as GET.
        }
        return new Criterion.Is("method", methods.stream().distinct().toList(), List.of(directive));
      }
      case "env" -> {
        List<Criterion> any = new ArrayList<>();
        words.forEach(word -> any.add(environment.set(word, directive)));
        return Criterion.any(any);
      }
      case "expr" -> ledger.notCarried(directive, "expressions are not understood");
      default ->
          ledger.notCarried(
              directive,
              provider.startsWith("ldap") || provider.startsWith("db")
                  ? "users and groups come from files only"
                  : "no counterpart to \"%s\"".formatted(provider));
    }
    return Criterion.never();
  }
}
