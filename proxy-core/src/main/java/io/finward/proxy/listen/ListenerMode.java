package io.finward.proxy.listen;

/** How connections reach a listener. */
public enum ListenerMode {
  /** By nft REDIRECT or DNAT; the original destination is SO_ORIGINAL_DST. */
  REDIRECT,
  /** By nft TPROXY on an IP_TRANSPARENT socket; the original destination is the local address. */
  TPROXY,
  /** The client dials us and names the destination in a protocol. */
  EXPLICIT
}
