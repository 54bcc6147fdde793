package io.finward.appliance.apache;

import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import io.finward.appliance.apache.syntax.Node.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code request} and {@code headers}: what directives outside of sections and in those by URL have
 * done to requests and answers. Apache does it section by section, and so do the rules, in order.
 */
final class Treatments {
  private final List<Door> doors;
  private final Ledger ledger;

  /**
   * A rule of either list.
   *
   * @param settings what it does, as it is written
   */
  record Rule(Criterion when, String settings, List<Node> sources) {}

  /** Directives that count for the same requests. */
  record Part(Criterion when, List<Node> nodes) {
    /** Those of the given names, in their order. */
    List<Directive> directives(String... names) {
      return nodes.stream()
          .filter(node -> Arrays.stream(names).anyMatch(node::is))
          .filter(Directive.class::isInstance)
          .map(Directive.class::cast)
          .toList();
    }
  }

  Treatments(List<Door> doors, Ledger ledger) {
    this.doors = doors;
    this.ledger = ledger;
  }

  void write(ConfText out) {
    List<List<Rule>> requests = new ArrayList<>();
    List<List<Rule>> headers = new ArrayList<>();
    for (Door door : doors) {
      Environment environment = new Environment(door.scope(), ledger);
      List<Part> parts = parts(door.scope());
      requests.add(new Variables(environment, ledger).rules(parts));
      headers.add(new Headers(environment, ledger).rules(parts));
    }
    write(out, "request", requests);
    write(out, "headers", headers);
  }

  private static List<Part> parts(Scope scope) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(Criterion.always(), scope.nodes()));
    for (Section section : scope.sections()) {
      // What cannot be said is on the list with the section's access.
      if (UrlMatch.of(section) instanceof UrlMatch.Of(Criterion when)) {
        parts.add(new Part(when, section.nodes()));
      }
    }
    return parts;
  }

  /** The rules of all doors; those of one door name it when there are several. */
  private void write(ConfText out, String list, List<List<Rule>> each) {
    boolean same =
        each.stream()
                .map(rules -> rules.stream().map(rule -> said(rule.when(), rule)).toList())
                .distinct()
                .count()
            == 1;
    if (each.stream().allMatch(List::isEmpty)) {
      return;
    }
    out.open(list + " = [", List.of());
    for (int i = 0; i < (same ? 1 : doors.size()); i++) {
      Criterion here = new Criterion.Is("listener", List.of(doors.get(i).name()), List.of());
      for (Rule rule : each.get(i)) {
        Criterion when = same ? rule.when() : Criterion.all(here, rule.when());
        out.line(said(when, rule), rule.sources());
      }
    }
    out.close("]");
  }

  private static String said(Criterion when, Rule rule) {
    return when.equals(Criterion.always())
        ? "{ %s }".formatted(rule.settings())
        : "{ for %s, %s }".formatted(when.text(), rule.settings());
  }
}
