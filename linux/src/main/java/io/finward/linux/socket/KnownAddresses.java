package io.finward.linux.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that were seen lately, so that one object stands for each: a gateway sees its own and
 * its clients' again and again, and each session keeps four. A place holds the last address that
 * fell to it. Belongs to one loop.
 */
final class KnownAddresses {
  /** A power of two. */
  private static final int PLACES = 1024;

  /** What makes an address of its bytes. */
  @FunctionalInterface
  interface Maker {
    InetAddress make();
  }

  private final long[] high = new long[PLACES];
  private final long[] low = new long[PLACES];
  private final @Nullable InetAddress[] addresses = new @Nullable InetAddress[PLACES];
  private final @Nullable InetSocketAddress[] servers = new @Nullable InetSocketAddress[PLACES];

  /**
   * The address of 16 bytes; for an IPv4 address its mapped form (RFC 4291, 2.5.5.2), so that no
   * two addresses have the same.
   */
  InetAddress of(long first, long second, Maker unknown) {
    long mixed = (first * 31 + second) * 0x9e3779b97f4a7c15L;
    int place = (int) (mixed >>> 54);
    InetAddress known = addresses[place];
    if (known != null && high[place] == first && low[place] == second) {
      return known;
    }
    InetAddress made = unknown.make();
    high[place] = first;
    low[place] = second;
    addresses[place] = made;
    return made;
  }

  /** The one object for an address and port that many connections have in common. */
  InetSocketAddress server(InetSocketAddress same) {
    int place = same.hashCode() & (PLACES - 1);
    InetSocketAddress known = servers[place];
    if (known == null || !known.equals(same)) {
      servers[place] = same;
      return same;
    }
    return known;
  }
}
