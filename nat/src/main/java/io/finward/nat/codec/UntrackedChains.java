package io.finward.nat.codec;

import io.finward.nat.rule.Family;
import io.finward.nat.rule.InterceptingListener;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.Tracking;
import io.finward.nat.rule.UpstreamSource;
import java.util.List;

/**
 * Keeps conntrack away from connections that nobody translates: upstream legs whose address is the
 * gateway's own, and all that TPROXY takes, each where it is wanted.
 */
final class UntrackedChains {
  static final String LEAVING = "untracked_leaving";
  static final String ARRIVING = "untracked_arriving";

  private final NftText text;
  private final NatSettings settings;
  private final Tracking tracking;
  private final List<Tuples> transparent;

  private UntrackedChains(NftText text, NatSettings settings, List<Tuples> tuples) {
    this.text = text;
    this.settings = settings;
    tracking = settings.switches().tracking();
    transparent = tracking.transparent() ? List.of() : Tuples.of(tuples, InterceptionMode.TPROXY);
  }

  static void write(NftText text, NatSettings settings, List<Tuples> tuples) {
    UntrackedChains chains = new UntrackedChains(text, settings, tuples);
    chains.leaving();
    chains.arriving();
  }

  private void leaving() {
    text.remark("What the proxy sends without an entry: to servers, and to clients of TPROXY.");
    Chains.base(text, LEAVING, "filter", "output", Chains.RAW)
        .line("meta mark %s %snotrack".formatted(upstreamMark(), upstreamSource("saddr")));
    for (Tuples one : transparent) {
      for (Family family : one.families()) {
        text.line(one.reverse(family) + " fib saddr type != local notrack");
      }
    }
    text.close();
  }

  private void arriving() {
    text.remark("What comes for it, known by its socket; of clients the first packet, too.");
    Chains.base(text, ARRIVING, "filter", "prerouting", Chains.RAW)
        .line("meta l4proto != tcp accept")
        .line("iif \"lo\" accept");
    for (Tuples one : transparent) {
      for (Family family : one.families()) {
        String foreign = one.original(family) + " fib daddr type != local ";
        text.line(foreign + WallText.SYN + " notrack accept")
            .remark("A listener of that port number, and no connection.")
            .line(foreign + "socket wildcard 1 accept")
            .line(foreign + "socket transparent 1 notrack accept");
      }
    }
    text.remark("No socket that dials has such a port (ip_local_port_range); spares a lookup.")
        .line("tcp dport < 1024 accept")
        .line("socket mark %s %snotrack".formatted(upstreamMark(), upstreamSource("daddr")))
        .close();
  }

  private String upstreamMark() {
    return Marks.hex(settings.marks().upstream());
  }

  /** On the address that an upstream leg has here. */
  private String upstreamSource(String field) {
    boolean foreign =
        settings.listeners().stream()
            .map(InterceptingListener::source)
            .anyMatch(UpstreamSource.CLIENT::equals);
    if (!tracking.upstream()) {
      return foreign && tracking.transparent() ? "fib " + field + " type local " : "";
    }
    return "fib " + field + " type != local ";
  }
}
