package io.finward.conntrack.shadow;

/** Which of a session's two connections a flow is. */
public enum Leg {
  /** From the client, through REDIRECT: it has NAT. */
  REDIRECTED,
  /** From the client, through TPROXY: no NAT. */
  TRANSPARENT,
  /** The same, and there is no entry of it, as it should be. */
  UNTRACKED,
  /** To the server; the gateway may have source NAT for it. */
  UPSTREAM;

  /** Whether the other end is a client. */
  public boolean client() {
    return this != UPSTREAM;
  }

  /** Whether it has an entry, which may be lost. */
  public boolean tracked() {
    return this != UNTRACKED;
  }

  /** Whether its entry may translate an address, so that packets are late without it. */
  public boolean translated() {
    return this == REDIRECTED || this == UPSTREAM;
  }
}
