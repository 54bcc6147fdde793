package io.finward.proxy.access;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Addresses that are no servers' on the Internet, in every form that reaches them. */
final class SpecialAddresses {
  /** Metadata services that are not link-local: AWS over IPv6, Alibaba, Azure. */
  private static final Set<InetAddress> METADATA =
      Set.of(
          literal(0xfd, 0x00, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54),
          literal(100, 100, 100, 200),
          literal(168, 63, 129, 16));

  private SpecialAddresses() {}

  /** Unspecified, this network, loopback, link-local, multicast, reserved, or metadata. */
  static boolean isSpecial(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || METADATA.contains(address)) {
      return true;
    }
    byte[] bytes = address.getAddress();
    // RFC 6890: 0.0.0.0/8 and 240.0.0.0/4, the limited broadcast among them.
    return bytes.length == 4 && (bytes[0] == 0 || (bytes[0] & 0xf0) == 0xf0);
  }

  /**
   * The IPv4 addresses that an IPv6 address may lead to: mapped and compatible (RFC 4291, 2.5.5),
   * NAT64 (RFC 6052, 2.1; RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380, 4) and ISATAP (RFC 5214,
   * 6.1).
   */
  static List<InetAddress> embedded(InetAddress address) {
    byte[] a = address.getAddress();
    if (address instanceof Inet4Address) {
      return List.of();
    }
    if (zero(a, 0, 10) && (zero(a, 10, 12) || (a[10] == -1 && a[11] == -1))) {
      return List.of(ipv4(a, 12));
    }
    if (zero(a, 0, 8) && a[8] == -1 && a[9] == -1 && zero(a, 10, 12)) {
      return List.of(ipv4(a, 12)); // IPv4-translated, RFC 2765
    }
    if (a[0] == 0 && a[1] == 0x64 && (a[2] & 0xff) == 0xff && (a[3] & 0xff) == 0x9b) {
      if (zero(a, 4, 12)) {
        return List.of(ipv4(a, 12)); // the well-known prefix is of 96 bits
      }
      // 64:ff9b:1::/48 may have any prefix length of RFC 6052: the bytes lie around byte 8.
      return List.of(
          ipv4(a, 12),
          literal(a[6], a[7], a[9], a[10]),
          literal(a[7], a[9], a[10], a[11]),
          literal(a[9], a[10], a[11], a[12]));
    }
    if (a[0] == 0x20 && a[1] == 0x02) {
      return List.of(ipv4(a, 2));
    }
    if (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0 && a[3] == 0) {
      return List.of(ipv4(a, 4), literal(~a[12], ~a[13], ~a[14], ~a[15]));
    }
    if ((a[8] & 0xfd) == 0 && a[9] == 0 && a[10] == 0x5e && (a[11] & 0xff) == 0xfe) {
      return List.of(ipv4(a, 12));
    }
    return List.of();
  }

  private static boolean zero(byte[] bytes, int from, int to) {
    return Arrays.equals(bytes, from, to, new byte[to - from], 0, to - from);
  }

  private static InetAddress ipv4(byte[] bytes, int at) {
    return literal(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
  }

  private static InetAddress literal(int... bytes) {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
