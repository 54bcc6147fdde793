package io.finward.nat.codec;

import io.finward.nat.rule.Family;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;

/**
 * What stops nothing: leases for connections that arrive or are dialled, tuples learned, client
 * ports changed by the kernel told.
 */
final class ObservingChains {
  private ObservingChains() {}

  static void write(NftText text, NatSettings settings) {
    boolean redirects = !settings.listeners(InterceptionMode.REDIRECT).isEmpty();
    if (redirects) {
      arrivedRedirect(text, settings);
    }
    arrived(text, settings, redirects);
    if (settings.switches().lease() && !settings.switches().wall()) {
      // With the wall it is in a chain of the wall's: each chain costs every packet something.
      text.remark("The lease of upstream legs.");
      Chains.base(text, "dialled", "filter", "output", Chains.EARLY)
          .line(
              "meta l4proto tcp meta mark %s %s"
                  .formatted(Marks.hex(settings.marks().upstream()), upstreamLease(settings)))
          .close();
    }
  }

  private static void arrivedRedirect(NftText text, NatSettings settings) {
    text.open("chain arrived_redirect");
    if (settings.switches().lease()) {
      text.line("ct state new " + lease(Declarations.clientLeg(settings.lease())));
    }
    text.remark("The kernel changed the client's port: two connections had come to be one.")
        .line(
            "ct state new ct status snat log prefix \"%s \" group %s snaplen 256 queue-threshold 1"
                .formatted(LogPrefix.REMAPPED, settings.nflogGroup()));
    if (settings.learns()) {
      text.line(learn(Names.LEARNED_4, Family.IPV4)).line(learn(Names.LEARNED_6, Family.IPV6));
    }
    text.close();
  }

  private static String learn(String set, Family family) {
    String header = family.header();
    return "meta l4proto tcp update @%s { %s saddr . ct original %s daddr . ct original proto-dst }"
        .formatted(set, header, header);
  }

  private static void arrived(NftText text, NatSettings settings, boolean redirects) {
    text.remark(
        "Connections that have arrived at a listener. The first packet's entry is not confirmed",
        "yet, so it can still be given a timeout policy; of its events only DESTROY is wanted.");
    Chains.base(text, "arrived", "filter", "input", Chains.TRANSLATED)
        .line("meta l4proto != tcp accept");
    if (!settings.learns()) {
      text.line("ct state != new accept");
    }
    if (redirects) {
      text.line(
          "tcp dport @%s ct status dnat ct direction original goto arrived_redirect"
              .formatted(Declarations.REDIRECT_PORTS));
    }
    if (settings.switches().lease() && !settings.listeners(InterceptionMode.TPROXY).isEmpty()) {
      text.line(
          "meta mark %s ct state new %s"
              .formatted(
                  Marks.hex(settings.marks().tproxy()),
                  lease(Declarations.clientLeg(settings.lease()))));
    }
    text.close();
  }

  /** For a packet of an upstream socket. */
  static String upstreamLease(NatSettings settings) {
    return "ct state new " + lease(Declarations.upstreamLeg(settings.lease()));
  }

  private static String lease(String policy) {
    return "ct timeout set \"%s\" ct event set destroy ct label set %s"
        .formatted(policy, Names.LABEL_LEASED);
  }

  /** Whether entries that ended in order end untold. */
  static boolean settles(NatSettings settings) {
    return settings.switches().lease() && !settings.switches().tracking().allEnds();
  }

  /**
   * The end of an entry that has come to TIME_WAIT is told to nobody: it has nothing to say, and
   * two of them for each connection cost as much as a chain. Conntrack has changed the state when a
   * packet comes here, and of the states of 120 s TIME_WAIT is the one after a handshake, the other
   * is SYN_SENT (nf_conntrack_proto_tcp.c); where nf_conntrack_tcp_timeout_time_wait says
   * otherwise, these ends are told.
   */
  static String settled() {
    return "ct expiration 119s-120s ct label %s ct status assured tcp flags & (fin|syn|rst|ack) == ack ct event set 0x0"
        .formatted(Names.LABEL_LEASED);
  }
}
