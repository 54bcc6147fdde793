package io.finward.nat.codec;

import io.finward.nat.rule.Family;
import io.finward.nat.rule.InterceptingListener;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;
import java.util.List;

/** REDIRECT and TPROXY themselves. Nothing from the gateway, and nothing to it, is ever taken. */
final class InterceptChains {
  private InterceptChains() {}

  static void write(NftText text, NatSettings settings, List<Tuples> tuples) {
    if (settings.diverts()) {
      divert(text, settings, Tuples.of(tuples, InterceptionMode.TPROXY));
    }
    List<Tuples> redirects = Tuples.of(tuples, InterceptionMode.REDIRECT);
    if (!redirects.isEmpty()) {
      redirect(text, settings, redirects);
    }
  }

  private static void divert(NftText text, NatSettings settings, List<Tuples> tuples) {
    String mark = "meta mark set " + Marks.hex(settings.marks().tproxy()) + " accept";
    text.remark(
        "TPROXY: packets go to a local socket as they are; policy routing delivers by the mark.");
    Chains.base(text, "divert", "filter", "prerouting", Chains.DIVERT)
        .line(Chains.NOT_TCP_OR_ICMP)
        .remark("A SYN that the daemon sends in again (chain again).");
    for (Tuples one : tuples) {
      for (Family family : one.families()) {
        text.line(
            "iif \"lo\" meta mark %s %s %s accept"
                .formatted(
                    Marks.hex(settings.marks().tproxy()),
                    one.original(family),
                    tproxy(settings, one, family)));
      }
    }
    text.line("iif \"lo\" accept")
        .remark(
            "Sessions that are open, and ICMP errors about them. Not listeners: any transparent",
            "one would catch connections to its port number that are nobody's to take.")
        .line("socket transparent 1 socket wildcard 0 " + mark)
        .line("fib daddr type local accept")
        .remark("What a client answers to a connection the server opened.")
        .line(WallText.OPENED_BY_SERVER + " accept");
    for (Tuples one : tuples) {
      for (Family family : one.families()) {
        text.line("%s %s %s".formatted(one.original(family), tproxy(settings, one, family), mark));
      }
    }
    text.close();
  }

  private static String tproxy(NatSettings settings, Tuples one, Family family) {
    InterceptingListener listener = settings.listener(one.interception());
    String where =
        listener.wildcard() ? ":" + listener.port() : WallText.endpoint(listener, family);
    return "tproxy %s to %s".formatted(family.header(), where);
  }

  private static void redirect(NftText text, NatSettings settings, List<Tuples> tuples) {
    text.remark("REDIRECT: the kernel translates to the listener's port.");
    Chains.base(text, "redirection", "nat", "prerouting", "-100")
        .line("iif \"lo\" accept")
        .line("fib daddr type local accept");
    for (Tuples one : tuples) {
      InterceptingListener listener = settings.listener(one.interception());
      for (Family family : one.families()) {
        String verdict =
            listener.wildcard()
                ? "redirect to :" + listener.port()
                : "dnat %s to %s".formatted(family.header(), WallText.endpoint(listener, family));
        text.line(one.original(family) + " " + verdict);
      }
    }
    text.close();
  }
}
