package io.finward.conntrack.shadow;

/** Which of a session's two connections a flow is. */
public enum Leg {
  /** From the client, through REDIRECT: it has NAT. */
  REDIRECTED,
  /** From the client, through TPROXY: no NAT. */
  TRANSPARENT,
  /** To the server; the gateway may have source NAT for it. */
  UPSTREAM;

  /** Whether the other end is a client. */
  public boolean client() {
    return this != UPSTREAM;
  }
}
