package io.finward.nat.codec;

import io.finward.nat.rule.Cidr;
import io.finward.nat.rule.Family;
import io.finward.nat.rule.Interception;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.NatSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One interception as sets, and as the matches that select its packets. The same matches stand in
 * the interception and in every clause of the wall, so that they cannot drift apart.
 */
final class Tuples {
  private static final String TCP = "meta l4proto tcp";

  /** For who is not restricted by address; superfluous beside an address. */
  private static final String FAMILY = "meta nfproto ipv";

  private final NatSettings settings;
  private final Interception interception;
  private final String name;

  Tuples(NatSettings settings, Interception interception, int index) {
    this.settings = settings;
    this.interception = interception;
    this.name = "i" + index + "_" + interception.listener().replace('-', '_');
  }

  static List<Tuples> of(NatSettings settings) {
    List<Tuples> all = new ArrayList<>();
    for (Interception interception : settings.interceptions()) {
      all.add(new Tuples(settings, interception, all.size()));
    }
    return all;
  }

  /** Those of a mode. */
  static List<Tuples> of(List<Tuples> all, InterceptionMode mode) {
    return all.stream().filter(one -> one.mode() == mode).toList();
  }

  Interception interception() {
    return interception;
  }

  InterceptionMode mode() {
    return settings.listener(interception).mode();
  }

  List<Family> families() {
    return List.copyOf(settings.families(interception));
  }

  /** The named sets the matches refer to. */
  void declare(NftText text) {
    for (Family family : families()) {
      networks(text, destinations(family), family, interception.destinations(family));
      networks(text, clients(family), family, interception.clients(family));
    }
    if (!interception.ports().isEmpty()) {
      text.open("set " + name + "_ports")
          .line("type inet_service; flags interval; auto-merge;")
          .line("elements = { " + ports() + " }")
          .close();
    }
  }

  /** Client to server, as the client sent it. */
  String original(Family family) {
    String header = family.header();
    return joined(
        clientsMatch(header + " saddr", family),
        destinationsMatch(header + " daddr", family),
        interception.ports().isEmpty() ? TCP : "tcp dport @" + name + "_ports");
  }

  /** Server to client. */
  String reverse(Family family) {
    String header = family.header();
    return joined(
        destinationsMatch(header + " saddr", family),
        clientsMatch(header + " daddr", family),
        interception.ports().isEmpty() ? TCP : "tcp sport @" + name + "_ports");
  }

  /** The destinations as outer destination of an ICMP error, for {@link IcmpErrors}. */
  String toDestination(Family family) {
    return joined(destinationsMatch(family.header() + " daddr", family));
  }

  /** The clients as outer destination of an ICMP error. */
  String toClient(Family family) {
    return joined(clientsMatch(family.header() + " daddr", family));
  }

  /** The ports as elements of a set. */
  String ports() {
    return interception.ports().stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  private String destinationsMatch(String field, Family family) {
    return match(field, family, destinations(family), interception.destinations(family));
  }

  private String clientsMatch(String field, Family family) {
    return match(field, family, clients(family), interception.clients(family));
  }

  private static String match(String field, Family family, String set, List<Cidr> networks) {
    return unrestricted(networks) ? FAMILY + family.version() : field + " @" + set;
  }

  private static boolean unrestricted(List<Cidr> networks) {
    return networks.isEmpty() || networks.stream().anyMatch(Cidr::any);
  }

  private static void networks(NftText text, String set, Family family, List<Cidr> networks) {
    if (!unrestricted(networks)) {
      text.open("set " + set)
          .line("type ipv%s_addr; flags interval; auto-merge;".formatted(family.version()))
          .line(
              "elements = { "
                  + networks.stream().map(Cidr::toString).collect(Collectors.joining(", "))
                  + " }")
          .close();
    }
  }

  private String destinations(Family family) {
    return name + "_to" + family.version();
  }

  private String clients(Family family) {
    return name + "_from" + family.version();
  }

  private static String joined(String... parts) {
    boolean addressed = Stream.of(parts).anyMatch(part -> part.startsWith("ip"));
    return Stream.of(parts)
        .filter(part -> !(addressed && part.startsWith(FAMILY)))
        .distinct()
        .collect(Collectors.joining(" "));
  }
}
