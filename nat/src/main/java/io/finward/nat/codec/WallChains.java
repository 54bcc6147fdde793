package io.finward.nat.codec;

import io.finward.nat.rule.Family;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.UpstreamSource;
import java.util.List;

/** The wall on the way in: what arrives from clients and servers and was not translated. */
final class WallChains {
  private static final String NOT_LOCAL = "fib daddr type != local ";

  private WallChains() {}

  static void write(NftText text, NatSettings settings, List<Tuples> tuples) {
    refuse(text);
    boolean redirects = !settings.listeners(InterceptionMode.REDIRECT).isEmpty();
    if (redirects) {
      lateClient(text, settings);
      late(text, settings, tuples);
    }
    untranslated(text, "untranslated", "wall_routed");
    untranslated(text, "untranslated_forward", "wall_forward");
    boolean spoofing = tuples.stream().anyMatch(one -> spoofs(settings, one));
    if (spoofing) {
      fromServer(text, settings);
    }
    early(text, settings, tuples, redirects);
    if (!replayed(settings, tuples).isEmpty()) {
      again(text, settings);
    }
    routed(text, settings, tuples);
    forward(text, settings, tuples);
    LeavingChains.write(text, settings);
  }

  private static void refuse(NftText text) {
    text.remark("The sender gets a RST from whom it speaks to; nothing goes further.");
    text.open("chain refuse").line(WallText.RESET).line("drop").close();
  }

  private static void lateClient(NftText text, NatSettings settings) {
    text.remark(
        "A client's late packet. The living daemon gets a copy and decides; TCP sends it again.",
        "Strangers are refused, and everybody is while the daemon is dead.");
    text.open("chain late_client")
        .line("counter name wall_prerouting")
        .line("ip saddr . tcp sport . ip daddr . tcp dport @" + Names.STRANGERS_4 + " goto refuse")
        .line(
            "ip6 saddr . tcp sport . ip6 daddr . tcp dport @" + Names.STRANGERS_6 + " goto refuse")
        .line("meta l4proto != @" + Names.ALIVE + " goto refuse")
        .lines(WallText.copies(settings, "saddr", LogPrefix.CLIENT))
        .line("drop")
        .close();
  }

  private static void late(NftText text, NatSettings settings, List<Tuples> tuples) {
    text.open("chain late");
    for (Tuples one : Tuples.of(tuples, InterceptionMode.REDIRECT)) {
      one.families().forEach(family -> text.line(one.original(family) + " goto late_client"));
    }
    WallText.learned(settings).forEach(match -> text.line(match + " goto late_client"));
    text.close();
  }

  private static void untranslated(NftText text, String name, String counter) {
    text.open("chain " + name)
        .remark("What a client answers to a connection the server opened is nobody's to take.")
        .line(
            "%s meta mark 0 meta mark set %s"
                .formatted(WallText.OPENED_BY_SERVER, Marks.hex(Marks.OPENED_BY_SERVER)))
        .line(WallText.OPENED_BY_SERVER + " accept")
        .line("counter name " + counter)
        .line("goto refuse")
        .close();
  }

  private static void fromServer(NftText text, NatSettings settings) {
    text.remark(
        "A server's packet to a client, and no socket of ours has taken it: only connections",
        "that the server itself opens may pass.");
    text.open("chain from_server")
        .line(WallText.SYN + " ct state new accept")
        .line("ct direction original ct state established,related accept")
        .line("counter name wall_server")
        .lines(WallText.copies(settings, "saddr", LogPrefix.SERVER))
        .line("goto refuse")
        .close();
  }

  private static void early(
      NftText text, NatSettings settings, List<Tuples> tuples, boolean redirects) {
    text.remark("Late packets of clients have no entry: INVALID, and NAT passes over them.");
    Chains.base(text, "early", "filter", "prerouting", Chains.EARLY)
        .line("meta l4proto != tcp accept")
        .line("iif \"lo\" accept");
    if (ObservingChains.settles(settings)) {
      text.remark("The last ACK: whoever listens need not be told when this entry ends.")
          .line(ObservingChains.settled());
    }
    text.remark("Nearly every packet.")
        .line("ct state established tcp flags & (fin|syn|rst|ack) != syn accept");
    if (settings.switches().tracking().partial()) {
      reusedUntracked(text, settings, tuples);
      text.line("ct state untracked accept");
    }
    for (Tuples one : tuples) {
      for (Family family : one.families()) {
        text.line(
            "%s ct state new %s ct label set %s"
                .formatted(WallText.SYN, one.reverse(family), Names.LABEL_OPENED_BY_SERVER));
      }
    }
    reused(text, settings, tuples);
    if (redirects) {
      text.line("ct state invalid fib daddr type != local jump late");
      text.remark(
          "In the middle of its stream: with tcp_loose the kernel would begin a new entry, and",
          "may choose another port for it than the session has. The daemon makes the old one.");
      text.line(
          "ct state new tcp flags & (fin|syn|rst|ack) != syn meta l4proto @%s fib daddr type != local jump late"
              .formatted(Names.ALIVE));
    }
    text.close();
  }

  /**
   * A socket that is still held would answer a SYN with a challenge ACK (RFC 5961, 4), and the
   * client would have to wait for its own retransmission. The limit bounds what forged SYNs cost;
   * past it they go on.
   */
  private static void reused(NftText text, NatSettings settings, List<Tuples> tuples) {
    List<Tuples> replayed = replayed(settings, tuples);
    if (!replayed.isEmpty()) {
      text.remark(
          "A new connection on the tuple of one that is there: the daemon gives a held one up and",
          "sends the SYN in again. Conntrack has seen it, and follows when it is answered.");
    }
    stopped(
        text, settings, replayed, "ct state established ct direction original %s", LogPrefix.REUSE);
  }

  /** The same where it is not conntrack that knows the connection, but a socket of ours. */
  private static void reusedUntracked(NftText text, NatSettings settings, List<Tuples> tuples) {
    if (!settings.switches().tracking().transparent()) {
      stopped(
          text,
          settings,
          Tuples.of(replayed(settings, tuples), InterceptionMode.TPROXY),
          "ct state untracked %s socket transparent 1 socket wildcard 0",
          LogPrefix.REUSE_UNTRACKED);
    }
  }

  /** SYNs that are copied to the daemon and go no further; {@code match} has %s for the tuple. */
  private static void stopped(
      NftText text, NatSettings settings, List<Tuples> tuples, String match, String prefix) {
    for (Tuples one : tuples) {
      for (Family family : one.families()) {
        text.line(
            "%s %s meta l4proto @%s limit rate 1000/second burst 2000 packets log prefix \"%s \" group %s snaplen 256 queue-threshold 1 drop"
                .formatted(
                    WallText.SYN,
                    match.formatted(one.original(family)),
                    Names.ALIVE,
                    prefix,
                    settings.nflogGroup()));
      }
    }
  }

  /** Those whose SYN can be sent in again: by address, or by our own TPROXY rule. */
  private static List<Tuples> replayed(NatSettings settings, List<Tuples> tuples) {
    return tuples.stream()
        .filter(one -> one.mode() == InterceptionMode.REDIRECT || settings.switches().nat())
        .toList();
  }

  private static void again(NftText text, NatSettings settings) {
    text.remark("The daemon sends a client's SYN in again: conntrack has seen it.");
    Chains.base(text, "again", "filter", "output", Chains.RAW)
        .line(
            "oif \"lo\" meta mark %s %s notrack"
                .formatted(Marks.hex(settings.marks().tproxy()), WallText.SYN))
        .close();
  }

  private static void routed(NftText text, NatSettings settings, List<Tuples> tuples) {
    text.remark(
        "What is intercepted is translated or marked by now. What is not, is older than these",
        "rules or came by a gap in them: its sender is told that it is over.");
    Chains.base(text, "routed", "filter", "prerouting", Chains.ROUTED)
        .line(Chains.NOT_TCP_OR_ICMP)
        .line("iif \"lo\" accept");
    if (settings.diverts()) {
      text.line("meta mark " + Marks.hex(settings.marks().tproxy()) + " accept");
    }
    text.remark("Whether it is for the gateway itself is asked last: that is a route lookup.");
    originals(text, settings, tuples, NOT_LOCAL + "goto untranslated");
    for (String match : WallText.learned(settings)) {
      text.line(match + " ct status dnat ct direction original " + NOT_LOCAL + "goto untranslated");
    }
    if (tuples.stream().noneMatch(one -> spoofs(settings, one))) {
      text.remark("What follows is about ICMP.").line("meta l4proto tcp accept");
    }
    text.line("fib daddr type local accept");
    for (Tuples one : tuples) {
      for (Family family : one.families()) {
        if (spoofs(settings, one)) {
          text.line(one.reverse(family) + " goto from_server");
          for (String match : IcmpErrors.aboutOriginal(one, one.interception(), family)) {
            text.line(match + " counter name wall_icmp drop");
          }
        }
        text.line(IcmpErrors.aboutReply(one, family) + " counter name wall_icmp drop");
      }
    }
    text.close();
  }

  private static void forward(NftText text, NatSettings settings, List<Tuples> tuples) {
    text.remark("The last line.");
    Chains.base(text, "forwarded", "filter", "forward", "300").line("meta l4proto != tcp accept");
    originals(text, settings, tuples, "goto untranslated_forward");
    text.close();
  }

  private static void originals(
      NftText text, NatSettings settings, List<Tuples> tuples, String verdict) {
    for (Tuples one : tuples) {
      for (Family family : one.families()) {
        text.line(WallText.notTaken(settings, one) + one.original(family) + " " + verdict);
      }
    }
  }

  private static boolean spoofs(NatSettings settings, Tuples tuples) {
    return settings.switches().nat()
        && settings.listener(tuples.interception()).source() == UpstreamSource.CLIENT;
  }
}
