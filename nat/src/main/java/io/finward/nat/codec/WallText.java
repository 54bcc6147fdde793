package io.finward.nat.codec;

import io.finward.nat.rule.Family;
import io.finward.nat.rule.InterceptingListener;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.Literal;
import io.finward.nat.rule.NatSettings;
import java.util.ArrayList;
import java.util.List;

/** Phrases that several clauses of the wall are made of. */
final class WallText {
  /** The first packet of a connection, as it is sent. */
  static final String SYN = "tcp flags & (fin|syn|rst|ack) == syn";

  /** Conntrack label of a connection from a server to a client, on what the client answers. */
  static final String OPENED_BY_SERVER =
      "ct direction reply ct label " + Names.LABEL_OPENED_BY_SERVER;

  /** One RST for one late packet, but no more than a host is glad to send. */
  static final String RESET =
      "meta l4proto tcp limit rate 1000/second burst 2000 packets reject with tcp reset";

  private WallText() {}

  /** A specific address and port, as nft writes them. */
  static String endpoint(InterceptingListener listener, Family family) {
    String address = Literal.of(listener.address());
    return family == Family.IPV4
        ? address + ":" + listener.port()
        : "[" + address + "]:" + listener.port();
  }

  /**
   * A copy of the packet for the daemon, limited for each sender. The queue threshold sends it at
   * once; by itself nfnetlink_log collects a hundred, or waits a second.
   */
  static List<String> copies(NatSettings settings, String field, String prefix) {
    String log =
        " log prefix \"%s \" group %s snaplen 256 queue-threshold 1"
            .formatted(prefix, settings.nflogGroup());
    String limit = " limit rate 50/second burst 200 packets }";
    return List.of(
        "update @" + Names.FLOOD_4 + " { ip " + field + limit + log,
        "update @" + Names.FLOOD_6 + " { ip6 " + field + " & ffff:ffff:ffff:ffff::" + limit + log);
  }

  /**
   * What a redirect listener sends and no entry translates. A late FIN or RST is INVALID; late data
   * makes a new entry and is its original direction. The answer to a direct dial is neither, and
   * forwarded traffic of that port number has no local source.
   */
  static List<String> untranslatedReplies(NatSettings settings) {
    List<String> matches = new ArrayList<>();
    for (InterceptingListener listener : settings.listeners(InterceptionMode.REDIRECT)) {
      if (!listener.wildcard()) {
        Family family = Family.of(listener.address());
        addBoth(
            matches,
            "%s saddr %s tcp sport %s"
                .formatted(family.header(), Literal.of(listener.address()), listener.port()));
      } else if (listener.families().size() == 1) {
        addBoth(matches, "meta nfproto ipv4 tcp sport " + listener.port());
      } else {
        addBoth(matches, "tcp sport " + listener.port());
      }
    }
    return matches;
  }

  private static void addBoth(List<String> matches, String source) {
    matches.add(source + " ct state invalid fib saddr type local");
    matches.add(source + " ct direction original fib saddr type local");
  }

  /** On what the administrator's or our TPROXY has not taken. */
  static String notTaken(NatSettings settings, Tuples tuples) {
    return switch (tuples.mode()) {
      case REDIRECT -> "";
      // Ours are let through by their mark before; of the administrator's we know that they have
      // one.
      case TPROXY -> settings.switches().nat() ? "" : "meta mark 0 ";
    };
  }

  /** Learned tuples, when there are any. */
  static List<String> learned(NatSettings settings) {
    return settings.learns()
        ? List.of(
            "ip saddr . ip daddr . tcp dport @" + Names.LEARNED_4,
            "ip6 saddr . ip6 daddr . tcp dport @" + Names.LEARNED_6)
        : List.of();
  }
}
