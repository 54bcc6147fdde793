package io.finward.nat.codec;

import io.finward.nat.rule.Cidr;
import io.finward.nat.rule.Family;
import io.finward.nat.rule.Interception;
import java.util.ArrayList;
import java.util.List;

/**
 * Matches ICMP errors by the packet they quote. With an entry the kernel translates an error like
 * the connection it is about; without one it is INVALID and would be forwarded to the server, who
 * knows nothing of the connection. nft has no words for the quoted packet, so its fields are taken
 * by their offset behind the 8 bytes of the ICMP header: an IPv4 header without options (a quoted
 * one with options is not TCP of ours) or an IPv6 header without extension headers.
 */
final class IcmpErrors {
  private static final String ERRORS_4 =
      "icmp type { destination-unreachable, source-quench, redirect, time-exceeded,"
          + " parameter-problem }";
  private static final String ERRORS_6 =
      "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem }";

  /** Bits before the quoted header. */
  private static final int QUOTED = 64;

  private IcmpErrors() {}

  /** Errors about a packet from the server, as the client saw it: addressed to the server. */
  static String aboutReply(Tuples tuples, Family family) {
    return "ct state invalid %s %s %s%s"
        .formatted(
            tuples.toDestination(family), errors(family), tcp(family), port(tuples, family, 0));
  }

  /** Errors about a packet to the server from the client's own address: addressed to the client. */
  static List<String> aboutOriginal(Tuples tuples, Interception interception, Family family) {
    List<String> matches = new ArrayList<>();
    for (Cidr destination : interception.destinations(family)) {
      matches.add(
          "ct state invalid %s %s %s%s%s"
              .formatted(
                  tuples.toClient(family),
                  errors(family),
                  tcp(family),
                  quotedDestination(destination),
                  port(tuples, family, 16)));
    }
    return matches;
  }

  private static String errors(Family family) {
    return family == Family.IPV4 ? ERRORS_4 : ERRORS_6;
  }

  /** The quoted packet is TCP. For IPv4, version and header length are one byte. */
  private static String tcp(Family family) {
    return family == Family.IPV4
        ? "@th,%s,8 0x45 @th,%s,8 6".formatted(QUOTED, QUOTED + 72)
        : "@th,%s,8 6".formatted(QUOTED + 48);
  }

  private static String port(Tuples tuples, Family family, int offset) {
    int header = family == Family.IPV4 ? 160 : 320;
    return tuples.interception().ports().isEmpty()
        ? ""
        : " @th,%s,16 { %s }".formatted(QUOTED + header + offset, tuples.ports());
  }

  private static String quotedDestination(Cidr destination) {
    if (destination.any()) {
      return "";
    }
    int bits = destination.family().bits();
    int offset = QUOTED + (destination.family() == Family.IPV4 ? 128 : 192);
    StringBuilder value = new StringBuilder("0x");
    StringBuilder mask = new StringBuilder("0x");
    byte[] address = destination.address().getAddress();
    for (int i = 0; i < address.length; i++) {
      int ones = Math.clamp(destination.prefix() - i * 8L, 0, 8);
      value.append("%02x".formatted(address[i]));
      mask.append("%02x".formatted((0xff00 >> ones) & 0xff));
    }
    return destination.prefix() == bits
        ? " @th,%s,%s %s".formatted(offset, bits, value)
        : " @th,%s,%s & %s == %s".formatted(offset, bits, mask, value);
  }
}
