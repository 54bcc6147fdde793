package io.finward.nat.codec;

import io.finward.nat.rule.Family;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;
import java.util.List;

/**
 * What stops nothing: leases for connections that arrive or are dialled, tuples learned, client
 * ports changed by the kernel told, leaks counted.
 */
final class ObservingChains {
  private ObservingChains() {}

  static void write(NftText text, NatSettings settings, List<Tuples> tuples) {
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
    leaks(text, settings, tuples);
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
    return "ct timeout set \"%s\" ct event set destroy".formatted(policy);
  }

  private static void leaks(NftText text, NatSettings settings, List<Tuples> tuples) {
    text.remark("Counts what left untranslated in spite of everything above. Should stay 0.");
    Chains.base(text, "leaks", "filter", "postrouting", Chains.LAST)
        .line("meta l4proto != tcp accept")
        .line("oif \"lo\" accept");
    for (String match : WallText.untranslatedReplies(settings)) {
      text.line(match + " counter name " + Names.LEAKS_TO_CLIENT + " accept");
    }
    text.remark("From here on what is forwarded: it has come in by some interface.")
        .line("meta iif 0 accept")
        .line(WallText.OPENED_BY_SERVER + " accept");
    for (Tuples one : tuples) {
      for (Family family : one.families()) {
        text.line(
            "%s counter name %s accept".formatted(one.original(family), Names.LEAKS_TO_SERVER));
      }
    }
    for (String match : WallText.learned(settings)) {
      text.line(match + " ct state invalid counter name " + Names.LEAKS_TO_SERVER);
      text.line(
          match + " ct status dnat ct direction original counter name " + Names.LEAKS_TO_SERVER);
    }
    text.close();
  }
}
