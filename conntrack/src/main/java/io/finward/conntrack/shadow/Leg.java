package io.finward.conntrack.shadow;

/** Which of a session's two connections a flow is. */
public enum Leg {
  /** From the client, through REDIRECT: it has NAT. */
  REDIRECTED("redirected", true),
  /** From the client, through TPROXY: no NAT. */
  TRANSPARENT("transparent", true),
  /** The same, and there is no entry of it, as it should be. */
  TRANSPARENT_UNTRACKED("transparent", false),
  /** To the server; the gateway may have source NAT for it. */
  UPSTREAM("upstream", true),
  /** The same without an entry, as it should be: nobody translates it. */
  UPSTREAM_UNTRACKED("upstream", false);

  private final String word;
  private final boolean tracked;

  Leg(String word, boolean tracked) {
    this.word = word;
    this.tracked = tracked;
  }

  /** What it is, whether it has an entry or not. */
  public String word() {
    return word;
  }

  /** Whether the other end is a client. */
  public boolean client() {
    return this != UPSTREAM && this != UPSTREAM_UNTRACKED;
  }

  /** Whether it has an entry, which may be lost. */
  public boolean tracked() {
    return tracked;
  }

  /** Whether its entry may translate an address, so that packets are late without it. */
  public boolean translated() {
    return this == REDIRECTED || this == UPSTREAM;
  }
}
