package io.finward.nat.codec;

import io.finward.nat.rule.Family;
import io.finward.nat.rule.InterceptingListener;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.Lease;
import io.finward.nat.rule.NatSettings;
import java.util.List;
import java.util.stream.Collectors;

/** The sets, counters and timeout policies the chains refer to. */
final class Declarations {
  static final String REDIRECT_PORTS = "redirect_ports";

  /** Kernel memory is bounded: when a set is full, its rule no longer matches. */
  private static final int SET_SIZE = 65536;

  /** Both FINs are in: what is left is retransmissions, and they renew it. */
  private static final int LAST_ACK = 300;

  private Declarations() {}

  static void write(NftText text, NatSettings settings, List<Tuples> tuples) {
    for (Tuples one : tuples) {
      text.remark(
          "%s of listener %s"
              .formatted(
                  one.mode() == InterceptionMode.REDIRECT ? "Redirection" : "TPROXY",
                  one.interception().listener()));
      one.declare(text);
    }
    redirectPorts(text, settings);
    if (settings.switches().wall()) {
      wallSets(text);
    }
    if (settings.learns()) {
      text.remark("What arrives by the administrator's own rule: client, destination, port.");
      learned(text, Names.LEARNED_4, Family.IPV4);
      learned(text, Names.LEARNED_6, Family.IPV6);
    }
    if (settings.switches().lease()) {
      lease(text, clientLeg(settings.lease()), settings.lease());
      lease(text, upstreamLeg(settings.lease()), settings.lease());
    }
  }

  /** The policy's name carries its values: a policy in use cannot be changed, only replaced. */
  static String clientLeg(Lease lease) {
    return "client_leg_" + values(lease);
  }

  static String upstreamLeg(Lease lease) {
    return "upstream_leg_" + values(lease);
  }

  private static String values(Lease lease) {
    return lease.open().toSeconds() + "_" + lease.halfClosed().toSeconds();
  }

  private static void redirectPorts(NftText text, NatSettings settings) {
    List<InterceptingListener> redirects = settings.listeners(InterceptionMode.REDIRECT);
    if (redirects.isEmpty()) {
      return;
    }
    text.remark("The ports of the redirect listeners.");
    text.open("set " + REDIRECT_PORTS)
        .line("type inet_service;")
        .line(
            "elements = { "
                + redirects.stream()
                    .map(listener -> Integer.toString(listener.port()))
                    .distinct()
                    .collect(Collectors.joining(", "))
                + " }")
        .close();
  }

  private static void wallSets(NftText text) {
    text.remark("Holds \"tcp\" while the daemon lives: it is added again every second.");
    text.open("set " + Names.ALIVE).line("type inet_proto; flags timeout;").close();
    text.remark("Connections the daemon knows nothing of: their late packets are refused.");
    strangers(text, Names.STRANGERS_4, Family.IPV4);
    strangers(text, Names.STRANGERS_6, Family.IPV6);
    text.remark("Who sends late packets, each with its own limit of copies to the daemon.");
    flood(text, Names.FLOOD_4, Family.IPV4);
    flood(text, Names.FLOOD_6, Family.IPV6);
  }

  private static void strangers(NftText text, String name, Family family) {
    text.open("set " + name)
        .line("type %1$s . inet_service . %1$s . inet_service;".formatted(type(family)))
        .line("flags timeout; size %s;".formatted(SET_SIZE))
        .close();
  }

  private static void flood(NftText text, String name, Family family) {
    text.open("set " + name)
        .line(
            "type %s; flags dynamic,timeout; timeout 10s; size %s;"
                .formatted(type(family), SET_SIZE))
        .close();
  }

  private static void learned(NftText text, String name, Family family) {
    text.open("set " + name)
        .line("type %1$s . %1$s . inet_service;".formatted(type(family)))
        .line("flags dynamic,timeout; timeout 7d; size %s;".formatted(SET_SIZE))
        .close();
  }

  private static String type(Family family) {
    return "ipv%s_addr".formatted(family.version());
  }

  private static void lease(NftText text, String name, Lease lease) {
    long open = lease.open().toSeconds();
    long half = lease.halfClosed().toSeconds();
    text.open("ct timeout " + name)
        .line("protocol tcp;")
        .line("l3proto ip;")
        .line(
            "policy = { established : %1$s, fin_wait : %2$s, close_wait : %2$s, last_ack : %3$s,"
                    .formatted(open, half, LAST_ACK)
                + " retrans : 1800, unack : 1800 };")
        .close();
  }
}
