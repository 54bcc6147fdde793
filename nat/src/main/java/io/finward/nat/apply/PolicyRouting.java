package io.finward.nat.apply;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.netlink.NetlinkRequest;
import io.finward.nat.apply.Tool.Answer;
import io.finward.nat.codec.RoutingChange;
import io.finward.nat.codec.RoutingPlan;
import io.finward.nat.codec.RoutingPlan.Rule;
import io.finward.nat.codec.RoutingQuery;
import io.finward.nat.rule.Family;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code ip rule}s with our preferences and the routes of our table. */
final class PolicyRouting {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyRouting.class);
  private static final String LOCAL_ROUTE = "local default dev lo";
  private static final Pattern LISTED = Pattern.compile("([0-9]{1,9}):");
  private static final Pattern FAILED = Pattern.compile("Command failed -:([0-9]{1,9})");

  private PolicyRouting() {}

  /** What differs between the kernel and the plan, in plain words. */
  static List<String> differences(RoutingPlan plan, Map<Family, Present> found) {
    List<String> differences = new ArrayList<>();
    for (Family family : Family.values()) {
      String flag = "-" + family.version();
      List<String> wanted =
          plan.rules().getOrDefault(family, List.of()).stream().map(Rule::listed).toList();
      Present present = found.getOrDefault(family, Present.NOTHING);
      for (String rule : wanted) {
        if (!present.rules().contains(rule)) {
          differences.add("ip %s rule is missing: %s".formatted(flag, plain(rule)));
        }
      }
      for (String rule : present.rules()) {
        if (!wanted.contains(rule)) {
          differences.add("ip %s rule is not wanted: %s".formatted(flag, plain(rule)));
        }
      }
      if (plan.routes().contains(family) && !present.route()) {
        differences.add(
            "ip %s route is missing: %s table %s".formatted(flag, LOCAL_ROUTE, RoutingPlan.TABLE));
      }
    }
    return differences;
  }

  /**
   * Adds what is missing, then takes away what is too much, so that the wall has no gap.
   *
   * @param found what there is, for every family
   */
  static void apply(RoutingPlan plan, Map<Family, Present> found) throws NatException {
    for (Family family : Family.values()) {
      Present present = found.getOrDefault(family, Present.NOTHING);
      add(plan, family, present);
      removeOthers(plan, family, present);
    }
  }

  private static void add(RoutingPlan plan, Family family, Present present) throws NatException {
    List<Rule> missing = new ArrayList<>();
    for (Rule rule : plan.rules().getOrDefault(family, List.of())) {
      if (!present.rules().contains(rule.listed())) {
        missing.add(rule);
      }
    }
    boolean route = plan.routes().contains(family) && !present.route();
    if (!route && missing.isEmpty()) {
      return;
    }
    try (NetlinkPort port = NetlinkPort.open(NetlinkPort.NETLINK_ROUTE)) {
      if (route) {
        add(port, family, "route add " + route(family), RoutingChange.addRoute(family));
      }
      // The target of a goto has to be there before the goto counts: last preference first.
      for (Rule rule : missing.reversed()) {
        String line = "rule add " + String.join(" ", rule.arguments());
        add(port, family, line, RoutingChange.add(family, rule));
      }
    } catch (KernelException e) {
      throw NatException.refused(e);
    }
  }

  /** Has the kernel do what {@code ip} would have it do by this line. */
  private static void add(NetlinkPort port, Family family, String line, NetlinkRequest request)
      throws NatException {
    String what = "ip -" + family.version() + " " + line;
    try {
      var _ = port.ask(what, request);
    } catch (KernelException e) {
      throw NatException.refused(e);
    }
  }

  private static void removeOthers(RoutingPlan plan, Family family, Present present)
      throws NatException {
    List<String> wanted =
        plan.rules().getOrDefault(family, List.of()).stream().map(Rule::listed).toList();
    for (String rule : present.rules()) {
      if (!wanted.contains(rule)) {
        delete(family, rule);
      }
    }
    if (!plan.routes().contains(family) && present.route()) {
      batch(family, List.of("route del " + route(family)));
    }
  }

  /** Deletes all rules with our preferences and the routes of our table. */
  static void remove() throws NatException {
    apply(new RoutingPlan(Map.of(), List.of()), present());
  }

  /** What there is of ours: rules as they are listed, and the route of our table. */
  record Present(List<String> rules, boolean route) {
    static final Present NOTHING = new Present(List.of(), false);

    Present {
      rules = List.copyOf(rules);
    }
  }

  /** Asks for what there is, for every family at once. */
  static Map<Family, Present> present() throws NatException {
    Map<Family, Background<Present>> asked = new EnumMap<>(Family.class);
    for (Family family : Family.values()) {
      asked.put(family, Background.begin("rules-v" + family.version(), () -> present(family)));
    }
    Map<Family, Present> found = new EnumMap<>(Family.class);
    for (Map.Entry<Family, Background<Present>> answer : asked.entrySet()) {
      found.put(answer.getKey(), answer.getValue().await());
    }
    return found;
  }

  private static Present present(Family family) throws NatException {
    if (nothing(family)) {
      return Present.NOTHING;
    }
    // The second line fails where the table has never been used.
    List<String> lines = List.of("rule show", "route show table " + RoutingPlan.TABLE);
    Answer answer = Tool.ask(text(lines), command(family));
    if (!answer.ok() && failed(answer) != lines.size()) {
      throw refused(family, lines, answer);
    }
    return new Present(
        answer.output().lines().map(String::stripTrailing).filter(PolicyRouting::isOurs).toList(),
        answer.output().contains(LOCAL_ROUTE));
  }

  /** Whether the kernel says that there is nothing; it is asked without a process. */
  private static boolean nothing(Family family) {
    try (NetlinkPort port = NetlinkPort.open(NetlinkPort.NETLINK_ROUTE)) {
      port.heedFilters();
      return port.ask("RTM_GETRULE", RoutingQuery.rules(family)).stream()
              .noneMatch(RoutingQuery::isOurs)
          && noRoutes(port, family);
    } catch (KernelException e) {
      LOG.debug("{} routing is left to ip", family, e);
      return false;
    }
  }

  private static boolean noRoutes(NetlinkPort port, Family family) throws KernelException {
    try {
      return port.ask("RTM_GETROUTE", RoutingQuery.routes(family)).isEmpty();
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) {
        return true; // no such table
      }
      throw e;
    }
  }

  private static boolean isOurs(String line) {
    Matcher listed = LISTED.matcher(line);
    return listed.lookingAt() && RoutingPlan.isOurs(Integer.parseInt(listed.group(1)));
  }

  private static void delete(Family family, String listed) throws NatException {
    // A rule whose goto has no target is listed with that remark.
    String selector = listed.substring(listed.indexOf('\t') + 1).replace(" [unresolved]", "");
    String line = "rule del pref " + listed.substring(0, listed.indexOf(':')) + " " + selector;
    Answer answer = Tool.ask(text(List.of(line)), command(family));
    if (!answer.ok() && !answer.errors().contains("No such file or directory")) {
      throw refused(family, List.of(line), answer);
    }
  }

  private static String route(Family family) {
    return "local %s dev lo table %s".formatted(any(family), RoutingPlan.TABLE);
  }

  private static String any(Family family) {
    return family == Family.IPV4 ? "0.0.0.0/0" : "::/0";
  }

  private static String plain(String rule) {
    return rule.replace('\t', ' ');
  }

  /** One process for all of the lines, in their order; the first that is refused ends it. */
  private static void batch(Family family, List<String> lines) throws NatException {
    Answer answer = Tool.ask(text(lines), command(family));
    if (!answer.ok()) {
      throw refused(family, lines, answer);
    }
  }

  private static List<String> command(Family family) {
    return List.of("ip", "-" + family.version(), "-batch", "-");
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  private static NatException refused(Family family, List<String> lines, Answer answer) {
    int line = failed(answer);
    String which = line >= 1 && line <= lines.size() ? lines.get(line - 1) : "-batch";
    return Tool.refused(List.of("ip", "-" + family.version(), which), answer);
  }

  /** The line of a batch that was refused, from 1; 0 when ip does not say. */
  private static int failed(Answer answer) {
    Matcher said = FAILED.matcher(answer.errors());
    return said.find() ? Integer.parseInt(said.group(1)) : 0;
  }
}
