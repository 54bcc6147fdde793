package io.finward.conntrack.shadow;

/** The two ends of a flow, seen from the gateway. */
public enum End {
  /** The client of a client's leg, the server of an upstream leg. */
  REMOTE,
  /** The proxy's own socket. */
  LOCAL;

  /** As metrics say it: {@code client}, {@code server} or {@code proxy}. */
  public String word(Leg leg) {
    return this == LOCAL ? "proxy" : leg.client() ? "client" : "server";
  }
}
