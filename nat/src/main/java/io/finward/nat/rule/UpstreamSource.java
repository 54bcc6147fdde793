package io.finward.nat.rule;

/** From which address the proxy speaks to the server. */
public enum UpstreamSource {
  /** The gateway's own. */
  GATEWAY,
  /** The client's, by IP_TRANSPARENT; the server's answers then carry the client's address. */
  CLIENT
}
