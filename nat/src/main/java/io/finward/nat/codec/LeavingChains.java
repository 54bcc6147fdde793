package io.finward.nat.codec;

import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;
import java.util.List;

/** The wall on the way out: what the proxy itself sends and no entry translates. */
final class LeavingChains {
  private LeavingChains() {}

  static void write(NftText text, NatSettings settings) {
    stopped(text, settings, "late_reply", "wall_output", LogPrefix.REPLY);
    stopped(text, settings, "late_upstream", "wall_upstream", LogPrefix.UPSTREAM);
    stopped(text, settings, "late_reply_left", "wall_postrouting", LogPrefix.REPLY_POSTROUTING);
    text.open("chain upstream_leaving").line("ct state invalid goto late_upstream");
    if (settings.switches().lease()) {
      text.remark("What the proxy dials gets the lease of upstream legs.")
          .line(ObservingChains.upstreamLease(settings));
    }
    text.close();
    text.remark(
        "The proxy's late packets: to a client without the server's address on them, or to a",
        "server without the source NAT others may have for it.");
    Chains.base(text, "leaving", "filter", "output", Chains.EARLY)
        .line("meta l4proto != tcp accept")
        .line("oif \"lo\" accept");
    if (ObservingChains.settles(settings)) {
      text.line(ObservingChains.settled());
    }
    text.line(
        "meta mark %s goto upstream_leaving".formatted(Marks.hex(settings.marks().upstream())));
    WallText.untranslatedReplies(settings).forEach(match -> text.line(match + " goto late_reply"));
    text.close();
  }

  private static void stopped(
      NftText text, NatSettings settings, String chain, String counter, String prefix) {
    List<String> copies = WallText.copies(settings, "daddr", prefix);
    text.open("chain " + chain).line("counter name " + counter).lines(copies).line("drop").close();
  }
}
