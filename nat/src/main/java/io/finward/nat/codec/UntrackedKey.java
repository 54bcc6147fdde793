package io.finward.nat.codec;

/** A key of the configuration that leaves connections without conntrack entries. */
public enum UntrackedKey {
  /** Upstream legs from the gateway's own addresses. */
  UPSTREAM("rules.track-upstream", "what the gateway sends from its own addresses"),
  /** What TPROXY takes, and upstream legs from clients' addresses. */
  TPROXY("rules.track-tproxy", "what the gateway sends from the clients' addresses");

  private final String word;
  private final String sent;

  UntrackedKey(String word, String sent) {
    this.word = word;
    this.sent = sent;
  }

  /** As it is written in the configuration. */
  String word() {
    return word;
  }

  /** Whose source NAT would have nothing to translate. */
  String sent() {
    return sent;
  }
}
