package io.finward.nat.codec;

/** The base chains' hooks and what several chains begin with. */
final class Chains {
  /** Before conntrack (-200). */
  static final String RAW = "-300";

  /** Right after conntrack (-200), before anybody's INVALID drop in mangle (-150). */
  static final String EARLY = "-199";

  /** After mangle, so that nobody's rule there takes our mark away. */
  static final String DIVERT = "-145";

  /** After destination NAT (-100): what is intercepted is translated by now. */
  static final String ROUTED = "-50";

  /** After source NAT (100), in input. */
  static final String TRANSLATED = "150";

  /** After everything but what conntrack does in the end (INT_MAX, NF_IP_PRI_CONNTRACK_CONFIRM). */
  static final String LAST = "2147483646";

  static final String NOT_TCP_OR_ICMP = "meta l4proto != { tcp, icmp, ipv6-icmp } accept";

  private Chains() {}

  static NftText base(NftText text, String name, String type, String hook, String priority) {
    return text.open("chain " + name)
        .line("type %s hook %s priority %s; policy accept;".formatted(type, hook, priority));
  }
}
