package io.finward.appliance.config;

import io.finward.proxy.access.Condition;
import io.finward.proxy.upstream.Parent;
import io.finward.proxy.upstream.Route;
import io.finward.proxy.upstream.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code route}. */
final class RoutesReader {
  private final Findings findings;
  private final ConditionReader conditions;
  private final Map<String, Parent> parents;

  /**
   * Reads routes.
   *
   * @param parents that they may name
   */
  RoutesReader(Findings findings, ConditionReader conditions, Map<String, Parent> parents) {
    this.findings = findings;
    this.conditions = conditions;
    this.parents = parents;
  }

  /** The routes in which nothing is wrong. */
  Routes routes(Section top) {
    List<Route> routes = new ArrayList<>();
    for (Section section : top.sections("route", "a list of routes", true)) {
      Route route = route(section);
      if (route != null) {
        routes.add(route);
      }
      section.refuseUnknown();
    }
    return new Routes(routes);
  }

  private @Nullable Route route(Section section) {
    boolean direct = section.has("direct");
    if (direct == section.has("via")) {
      findings.wrong(
          section.path(),
          "direct or via, as in { direct { destination = \"10.0.0.0/8\" } } or { via = all,"
              + " parents = corp }");
      return null;
    }
    Condition condition = conditions.outermost(section, direct ? "direct" : "via");
    List<Parent> through = new ArrayList<>();
    if (!direct) {
      through.addAll(section.readOneOrMore("parents", named()));
      if (!section.has("parents")) {
        findings.missing(section.path(), section.key("parents"), "names of parents, in order");
      }
    }
    return condition == null || (!direct && through.isEmpty())
        ? null
        : new Route(condition, through);
  }

  private Kind<Parent> named() {
    return value -> {
      Parent parent = parents.get(Kinds.TEXT.parse(value));
      if (parent == null) {
        throw new WrongValueException(
            parents.isEmpty()
                ? "the name of a parent; there are none in parents"
                : "the name of a parent: " + Kinds.alternatives(parents.keySet()));
      }
      return parent;
    };
  }
}
