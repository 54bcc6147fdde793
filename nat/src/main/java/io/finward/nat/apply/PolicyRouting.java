package io.finward.nat.apply;

import io.finward.nat.apply.Tool.Answer;
import io.finward.nat.codec.RoutingPlan;
import io.finward.nat.codec.RoutingPlan.Rule;
import io.finward.nat.rule.Family;
import java.util.ArrayList;
import java.util.List;

/** The {@code ip rule}s with our preferences and the routes of our table. */
final class PolicyRouting {
  private static final String LOCAL_ROUTE = "local default dev lo";

  private PolicyRouting() {}

  /** What differs between the kernel and the plan, in plain words. */
  static List<String> differences(RoutingPlan plan) throws NatException {
    List<String> differences = new ArrayList<>();
    for (Family family : Family.values()) {
      String flag = "-" + family.version();
      List<String> wanted =
          plan.rules().getOrDefault(family, List.of()).stream().map(Rule::listed).toList();
      List<String> present = ours(family);
      for (String rule : wanted) {
        if (!present.contains(rule)) {
          differences.add("ip %s rule is missing: %s".formatted(flag, plain(rule)));
        }
      }
      for (String rule : present) {
        if (!wanted.contains(rule)) {
          differences.add("ip %s rule is not wanted: %s".formatted(flag, plain(rule)));
        }
      }
      if (plan.routes().contains(family) && !hasRoute(family)) {
        differences.add(
            "ip %s route is missing: %s table %d".formatted(flag, LOCAL_ROUTE, RoutingPlan.TABLE));
      }
    }
    return differences;
  }

  /** Adds what is missing, then takes away what is too much, so that the wall has no gap. */
  static void apply(RoutingPlan plan) throws NatException {
    for (Family family : Family.values()) {
      List<Rule> wanted = plan.rules().getOrDefault(family, List.of());
      List<String> present = ours(family);
      if (plan.routes().contains(family) && !hasRoute(family)) {
        ip(
            family,
            "route",
            "add",
            "local",
            any(family),
            "dev",
            "lo",
            "table",
            "" + RoutingPlan.TABLE);
      }
      // The target of a goto has to be there before the goto counts: last preference first.
      for (Rule rule : wanted.reversed()) {
        if (!present.contains(rule.listed())) {
          List<String> words = new ArrayList<>(List.of("rule", "add"));
          words.addAll(rule.arguments());
          ip(family, words.toArray(String[]::new));
        }
      }
      List<String> listed = wanted.stream().map(Rule::listed).toList();
      for (String rule : present) {
        if (!listed.contains(rule)) {
          delete(family, rule);
        }
      }
      if (!plan.routes().contains(family)) {
        flushRoutes(family);
      }
    }
  }

  /** Deletes all rules with our preferences and the routes of our table. */
  static void remove() throws NatException {
    apply(new RoutingPlan(java.util.Map.of(), List.of()));
  }

  private static List<String> ours(Family family) throws NatException {
    return ip(family, "rule", "show")
        .lines()
        .map(String::stripTrailing)
        .filter(PolicyRouting::isOurs)
        .toList();
  }

  private static boolean isOurs(String line) {
    int colon = line.indexOf(':');
    if (colon < 0) {
      return false;
    }
    int preference = Integer.parseInt(line.substring(0, colon));
    return preference >= RoutingPlan.FIRST && preference <= RoutingPlan.LAST;
  }

  private static void delete(Family family, String listed) throws NatException {
    List<String> words = new ArrayList<>(List.of("rule", "del", "pref"));
    words.add(listed.substring(0, listed.indexOf(':')));
    // A rule whose goto has no target is listed with that remark.
    String selector = listed.substring(listed.indexOf('\t') + 1).replace(" [unresolved]", "");
    words.addAll(List.of(selector.split("\\s+")));
    Answer answer = ask(family, words.toArray(String[]::new));
    if (!answer.ok() && !answer.errors().contains("No such file or directory")) {
      throw Tool.refused(List.of("ip", String.join(" ", words)), answer);
    }
  }

  private static boolean hasRoute(Family family) throws NatException {
    Answer answer = ask(family, "route", "show", "table", "" + RoutingPlan.TABLE);
    return answer.ok() && answer.output().contains(LOCAL_ROUTE);
  }

  private static void flushRoutes(Family family) throws NatException {
    if (hasRoute(family)) {
      ip(
          family,
          "route",
          "del",
          "local",
          any(family),
          "dev",
          "lo",
          "table",
          "" + RoutingPlan.TABLE);
    }
  }

  private static String any(Family family) {
    return family == Family.IPV4 ? "0.0.0.0/0" : "::/0";
  }

  private static String plain(String rule) {
    return rule.replace('\t', ' ');
  }

  private static String ip(Family family, String... words) throws NatException {
    return Tool.run("", command(family, words));
  }

  private static Answer ask(Family family, String... words) throws NatException {
    return Tool.ask("", command(family, words));
  }

  private static List<String> command(Family family, String... words) {
    List<String> command = new ArrayList<>(List.of("ip", "-" + family.version()));
    command.addAll(List.of(words));
    return command;
  }
}
