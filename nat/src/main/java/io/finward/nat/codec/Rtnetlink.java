package io.finward.nat.codec;

import io.finward.nat.rule.Family;

/** What messages about rules and routes have in common (linux/rtnetlink.h, linux/fib_rules.h). */
final class Rtnetlink {
  static final int RTM_NEWROUTE = 24;
  static final int RTM_DELROUTE = 25;
  static final int RTM_GETROUTE = 26;
  static final int RTM_NEWRULE = 32;
  static final int RTM_DELRULE = 33;
  static final int RTM_GETRULE = 34;
  static final int FRA_PRIORITY = 6;
  static final int RTA_TABLE = 15;

  /** {@code struct fib_rule_hdr} and {@code struct rtmsg} are of one size; the family is first. */
  static final int HEADER = 12;

  private Rtnetlink() {}

  /** A header with nothing but the family. */
  static byte[] header(Family family) {
    byte[] header = new byte[HEADER];
    header[0] = (byte) family.number();
    return header;
  }
}
