package io.finward.nat.codec;

import io.finward.nat.rule.Cidr;
import io.finward.nat.rule.Family;
import io.finward.nat.rule.Interception;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.PortRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The policy routing of a configuration: where TPROXY's mark leads, and the routing wall.
 *
 * <p>The wall is a blackhole for what is intercepted and still carries the server's address when it
 * is routed. It is out of nft's reach, so it stands after a {@code nft flush ruleset}. Packets of
 * the gateway itself pass it over, or the proxy could not reach the server.
 *
 * @param rules by family, in the order the kernel lists them, without the preference 0 and others'
 * @param routes the families whose {@link #TABLE} delivers everything locally
 */
public record RoutingPlan(Map<Family, List<Rule>> rules, List<Family> routes) {
  /** The routing table TPROXY's mark leads to. */
  public static final int TABLE = 21335;

  /** The first preference that is ours. */
  public static final int FIRST = 21300;

  /** The last preference that is ours: where the goto of the others leads. */
  public static final int LAST = 21399;

  private static final int GATEWAY_ITSELF = 21302;
  private static final int OPENED_BY_SERVER = 21303;
  private static final int BLACKHOLE = 21310;

  /**
   * One {@code ip rule}.
   *
   * @param preference its place
   * @param selector and action as {@code ip rule add} takes them and {@code ip rule show} lists
   *     them, except for the leading {@code from all}
   */
  public record Rule(int preference, String selector) {
    /** The words after {@code ip rule add}. */
    public List<String> arguments() {
      List<String> words = new ArrayList<>(List.of("pref", Integer.toString(preference)));
      words.addAll(List.of(selector.split(" ")));
      return words;
    }

    /** As {@code ip rule show} prints it. */
    public String listed() {
      String from = selector.startsWith("from ") ? "" : "from all ";
      return preference + ":\t" + from + selector;
    }
  }

  public RoutingPlan {
    Map<Family, List<Rule>> copy = new EnumMap<>(Family.class);
    rules.forEach((family, list) -> copy.put(family, List.copyOf(list)));
    rules = Collections.unmodifiableMap(copy);
    routes = List.copyOf(routes);
  }

  /** Whether a rule of this preference is one of ours. */
  public static boolean isOurs(int preference) {
    return preference >= FIRST && preference <= LAST;
  }

  /** What a configuration needs. */
  public static RoutingPlan of(NatSettings settings) {
    Map<Family, List<Rule>> rules = new EnumMap<>(Family.class);
    List<Family> routes = new ArrayList<>();
    for (Family family : Family.values()) {
      List<Rule> list = new ArrayList<>();
      if (settings.switches().nat() && diverts(settings, family)) {
        String mark = "0x%x".formatted(settings.marks().tproxy());
        list.add(new Rule(FIRST, "fwmark " + mark + " lookup " + TABLE));
        routes.add(family);
      }
      if (settings.switches().wall()) {
        list.addAll(wall(settings, family));
      }
      rules.put(family, list);
    }
    return new RoutingPlan(rules, routes);
  }

  private static boolean diverts(NatSettings settings, Family family) {
    return settings.listeners().stream()
        .anyMatch(listener -> listener.diverts() && listener.families().contains(family));
  }

  private static List<Rule> wall(NatSettings settings, Family family) {
    Set<String> blackholes = new LinkedHashSet<>();
    for (Interception interception : settings.interceptions()) {
      if (settings.families(interception).contains(family) && routedByUs(settings, interception)) {
        blackholes(blackholes, interception, family);
      }
    }
    if (blackholes.isEmpty()) {
      return List.of();
    }
    List<Rule> wall = new ArrayList<>();
    wall.add(new Rule(GATEWAY_ITSELF, "iif lo goto " + LAST));
    wall.add(
        new Rule(OPENED_BY_SERVER, "fwmark 0x%x goto %s".formatted(Marks.OPENED_BY_SERVER, LAST)));
    blackholes.forEach(selector -> wall.add(new Rule(BLACKHOLE, selector)));
    wall.add(new Rule(LAST, "nop"));
    return wall;
  }

  /**
   * The administrator's own TPROXY rule has a routing rule of theirs, which may come after ours.
   */
  private static boolean routedByUs(NatSettings settings, Interception interception) {
    return settings.switches().nat()
        || settings.listener(interception).mode() == InterceptionMode.REDIRECT;
  }

  private static void blackholes(Set<String> rules, Interception interception, Family family) {
    List<String> clients = selectors("from ", interception.clients(family));
    List<String> destinations = selectors("to ", interception.destinations(family));
    List<String> ports = new ArrayList<>();
    for (PortRange range : interception.ports()) {
      ports.add("dport " + range + " ");
    }
    if (ports.isEmpty()) {
      ports.add("");
    }
    for (String client : clients) {
      for (String destination : destinations) {
        for (String port : ports) {
          rules.add(client + destination + "ipproto tcp " + port + "blackhole");
        }
      }
    }
  }

  /** An unrestricted side has no selector. */
  private static List<String> selectors(String word, List<Cidr> networks) {
    return networks.isEmpty() || networks.stream().anyMatch(Cidr::any)
        ? List.of("")
        : networks.stream().map(network -> word + network + " ").toList();
  }
}
