package io.finward.nat.codec;

import io.finward.nat.rule.InterceptingListener;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.UpstreamSource;

/**
 * Keeps conntrack away from upstream legs whose address is the gateway's own: nobody translates
 * them, so there is nothing to remember. Those from a client's address stay tracked, for the wall
 * tells by their entries what the server may send.
 */
final class UntrackedChains {
  private UntrackedChains() {}

  static void write(NftText text, NatSettings settings) {
    boolean spoofing =
        settings.listeners(InterceptionMode.TPROXY).stream()
            .map(InterceptingListener::source)
            .anyMatch(UpstreamSource.CLIENT::equals);
    String mark = Marks.hex(settings.marks().upstream());
    text.remark("What the proxy dials from the gateway's own addresses has no entry.");
    Chains.base(text, "untracked_dialled", "filter", "output", Chains.RAW)
        .line("meta mark %s %snotrack".formatted(mark, spoofing ? "fib saddr type local " : ""))
        .close();
    text.remark("Nor have the answers, known by their socket.");
    Chains.base(text, "untracked_answered", "filter", "prerouting", Chains.RAW)
        .line("meta l4proto != tcp accept")
        .line("iif \"lo\" accept")
        .remark("No socket that dials has such a port (ip_local_port_range); spares a lookup.")
        .line("tcp dport < 1024 accept")
        .line("socket mark %s %snotrack".formatted(mark, spoofing ? "fib daddr type local " : ""))
        .close();
  }
}
