package io.finward.appliance.apache;

import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Section;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a door. Apache merges the sections that match a request, the last one counting; a
 * list in which the first rule that matches decides says the same backwards.
 */
final class AccessRules {
  /** Sections by URL that each set half of it double the rules; this many nobody reads. */
  private static final int MOST = 200;

  private final Ledger ledger;
  private final HostAccess hosts;
  private final Requires requires;
  private final List<Rule> rules = new ArrayList<>();

  /**
   * A rule.
   *
   * @param action {@code allow} or {@code deny}
   * @param sources the directives behind it, those of its condition included
   */
  record Rule(String action, Criterion when, List<Node> sources) {}

  /** What a section says of who may use the proxy. */
  private record Said(
      Criterion when,
      @Nullable Criterion host,
      boolean any,
      @Nullable Criterion user,
      Merging merging,
      List<Node> sources) {}

  /** {@code AuthMerging}. */
  private enum Merging {
    OFF,
    AND,
    OR
  }

  /** What is settled so far, from the last section towards the first. */
  private record State(
      @Nullable Criterion host,
      boolean any,
      @Nullable Criterion user,
      boolean userSettled,
      Merging merging,
      List<Node> sources) {
    boolean settled() {
      return host != null && userSettled;
    }

    State with(Said said) {
      List<Node> all = new ArrayList<>(said.sources());
      all.addAll(sources);
      Criterion users = user;
      boolean settled = userSettled;
      Merging next = merging;
      Criterion more = said.user();
      if (!settled && more != null) {
        users = merged(users, merging, more);
        settled = said.merging() == Merging.OFF;
        next = said.merging();
      }
      return host == null && said.host() != null
          ? new State(said.host(), said.any(), users, settled, next, all)
          : new State(host, any, users, settled, next, all);
    }

    private static Criterion merged(@Nullable Criterion later, Merging how, Criterion earlier) {
      if (later == null) {
        return earlier;
      }
      return how == Merging.AND
          ? Criterion.all(earlier, later)
          : Criterion.any(List.of(earlier, later));
    }

    /** Who gets in; what no section says lets everybody in. */
    Criterion allowed() {
      Criterion byHost = host == null ? Criterion.always() : host;
      Criterion byUser = user == null ? Criterion.always() : user;
      if (any) {
        // Without a user to ask for, the host decides alone.
        return byUser.asksForUser() ? Criterion.any(List.of(byHost, byUser)) : byHost;
      }
      return Criterion.all(byHost, byUser);
    }
  }

  AccessRules(Scope scope, Users users, Ledger ledger) {
    this.ledger = ledger;
    Environment environment = new Environment(scope, ledger);
    this.hosts = new HostAccess(ledger, environment);
    this.requires = new Requires(ledger, environment, users);
  }

  /** The rules of a door, the last one for everybody. */
  List<Rule> of(Scope scope) {
    List<Said> said = new ArrayList<>();
    for (Section section : scope.sections()) {
      switch (UrlMatch.of(section)) {
        case UrlMatch.Of(Criterion when) -> add(section, when, said);
        case UrlMatch.Nothing _ -> nothing(section);
        case UrlMatch.Unknown(String why) -> unknown(section, why);
      }
    }
    decide(
        said,
        said.size() - 1,
        Criterion.always(),
        new State(null, false, null, false, Merging.OFF, List.of()));
    return rules;
  }

  /** A balancer's members are said to be out of scope, one by one. */
  private void nothing(Section section) {
    if (UrlMatch.isLocation(section)) {
      ledger.settleWhole(section, Fate.NO_MEANING);
    } else {
      ledger.settle(section, Fate.NO_MEANING);
    }
  }

  private void unknown(Section section, String why) {
    ledger.notCarriedWhole(
        section,
        HostAccess.isIn(section.nodes()) || Requires.isIn(section.nodes())
            ? why + "; LOOK AT IT: who may go there is not as in Apache"
            : why);
  }

  private void add(Section section, Criterion when, List<Said> all) {
    Methods methods = Methods.of(section, ledger);
    List<Node> nodes = methods.nodes();
    boolean host = HostAccess.isIn(nodes);
    boolean user = Requires.isIn(nodes);
    ledger.settle(section, host || user ? Fate.CARRIED : Fate.NO_MEANING);
    if (host || user) {
      Merging merging = merging(nodes);
      all.add(
          new Said(
              when,
              host ? methods.each(hosts::of) : null,
              host && hosts.satisfiesAny(nodes),
              user ? methods.each(some -> granted(some)) : null,
              merging,
              sources(section, nodes)));
    }
  }

  /** The section, and what in it no condition will show. */
  private static List<Node> sources(Section section, List<Node> nodes) {
    List<Node> sources = new ArrayList<>(List.of(section));
    for (Node node : nodes) {
      boolean bare =
          node.is("Order")
              || node.is("Satisfy")
              || (node instanceof Node.Directive directive
                  && (node.is("Allow") || node.is("Deny") || node.is("Require"))
                  && directive.words().stream().anyMatch("all"::equalsIgnoreCase));
      if (bare) {
        sources.add(node);
      }
    }
    return sources;
  }

  /** Methods for which a section requires nothing are not for it to refuse. */
  private Criterion granted(List<Node> nodes) {
    return Requires.isIn(nodes) ? requires.of(nodes) : Criterion.always();
  }

  private Merging merging(List<Node> nodes) {
    Merging merging = Merging.OFF;
    for (Node node : nodes) {
      if (node instanceof Node.Directive directive && node.is("AuthMerging")) {
        ledger.carried(node);
        merging =
            directive.word(0).equalsIgnoreCase("and")
                ? Merging.AND
                : directive.word(0).equalsIgnoreCase("or") ? Merging.OR : Merging.OFF;
      }
    }
    return merging;
  }

  private void decide(List<Said> said, int last, Criterion guard, State state) {
    if (guard.equals(Criterion.never())) {
      return;
    }
    int at = last;
    while (at >= 0 && (state.settled() || !adds(said.get(at), state))) {
      at--;
    }
    if (rules.size() > MOST) {
      said.forEach(one ->
          ledger.remark(
              one.sources().getFirst(),
              "more than %d rules would be needed: the rest is denied".formatted(MOST)));
      add("deny", guard, List.of());
      return;
    }
    if (at < 0) {
      write(guard, state);
      return;
    }
    Said here = said.get(at);
    decide(said, at - 1, Criterion.all(guard, here.when()), state.with(here));
    if (!here.when().equals(Criterion.always())) {
      decide(said, at - 1, guard, state);
    }
  }

  private static boolean adds(Said said, State state) {
    return (said.host() != null && state.host() == null)
        || (said.user() != null && !state.userSettled());
  }

  private void write(Criterion guard, State state) {
    Criterion allowed = state.allowed();
    List<Node> sections = state.sources();
    if (allowed instanceof Criterion.All(List<Criterion> parts)) {
      List<Criterion> rest = new ArrayList<>();
      for (Criterion part : parts) {
        // Nobody is asked for a password before the addresses have had their say.
        if (part instanceof Criterion.Not(Criterion denied) && !denied.asksForUser()) {
          add("deny", Criterion.all(guard, denied), List.of());
        } else {
          rest.add(part);
        }
      }
      allowed = Criterion.all(rest);
    }
    // Whom nobody denies is let in: the denied first reads better than "not the denied".
    List<Criterion> ways =
        allowed instanceof Criterion.Any(List<Criterion> some)
            ? askingLast(some)
            : List.of(allowed);
    for (Criterion way : ways) {
      if (way instanceof Criterion.Not(Criterion denied) && way.equals(ways.getLast())) {
        add("deny", Criterion.all(guard, denied), List.of());
        add("allow", guard, sections);
        return;
      }
      add(
          "allow",
          Criterion.all(guard, way),
          way.equals(Criterion.always()) ? sections : List.of());
    }
    if (!allowed.equals(Criterion.always())) {
      add("deny", guard, sections);
    }
  }

  /** Whoever gets in without a password is not asked for one. */
  private static List<Criterion> askingLast(List<Criterion> ways) {
    List<Criterion> ordered = new ArrayList<>(ways);
    ordered.sort(Comparator.comparing(Criterion::asksForUser));
    return ordered;
  }

  private void add(String action, Criterion when, List<Node> more) {
    List<Node> sources = new ArrayList<>(when.sources());
    sources.addAll(more);
    rules.add(new Rule(action, when, sources));
  }
}
