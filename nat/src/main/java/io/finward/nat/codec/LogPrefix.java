package io.finward.nat.codec;

/**
 * What the wall writes in front of a logged packet, so that who reads the NFLOG group knows which
 * clause stopped it (NFULA_PREFIX, without the trailing blank).
 */
public final class LogPrefix {
  /** A client's packet of an intercepted connection without an entry. Dropped; it comes again. */
  public static final String CLIENT = "finward:pre";

  /** A redirect listener's packet to a client without an entry. Dropped; it comes again. */
  public static final String REPLY = "finward:out";

  /** The same, seen only after source NAT. Dropped. */
  public static final String REPLY_POSTROUTING = "finward:post";

  /** The proxy's packet to a server without an entry. Dropped; it comes again. */
  public static final String UPSTREAM = "finward:up";

  /** A server's packet to a client's address of which no socket is left. Answered with a RST. */
  public static final String SERVER = "finward:srv";

  /** The first packet of a connection whose client port the kernel changed. Passed on. */
  public static final String REMAPPED = "finward:remap";

  /**
   * A client's SYN on the tuple of a connection that the kernel knows. Dropped; the daemon sends it
   * in again.
   */
  public static final String REUSE = "finward:syn";

  /** The same of a connection that has no entry, as it should; a socket of ours knows it. */
  public static final String REUSE_UNTRACKED = "finward:usyn";

  private LogPrefix() {}
}
