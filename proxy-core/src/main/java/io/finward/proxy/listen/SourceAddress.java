package io.finward.proxy.listen;

/** Whose address the upstream connection comes from. */
public enum SourceAddress {
  /** The gateway's own, as its routing chooses. */
  GATEWAY,
  /**
   * The client's, by IP_TRANSPARENT; the port is the kernel's choice. Needs CAP_NET_RAW or
   * CAP_NET_ADMIN.
   */
  CLIENT
}
