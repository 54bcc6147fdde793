package io.finward.nat.rule;

/** How the kernel hands a connection over. */
public enum InterceptionMode {
  /** Destination NAT to a port of the gateway; SO_ORIGINAL_DST tells where it went. */
  REDIRECT,
  /** Delivered as it is to an IP_TRANSPARENT socket; the local address tells where it went. */
  TPROXY
}
