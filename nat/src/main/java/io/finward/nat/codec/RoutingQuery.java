package io.finward.nat.codec;

import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.NetlinkMessage;
import io.finward.linux.netlink.NetlinkRequest;
import io.finward.nat.rule.Family;

/**
 * Asks rtnetlink whether there is anything of ours at all (linux/rtnetlink.h, linux/fib_rules.h):
 * what it is in detail, {@code ip} says in the words that {@code ip} takes.
 */
public final class RoutingQuery {
  private static final int RTM_GETROUTE = 26;
  private static final int RTM_GETRULE = 34;
  private static final int FRA_PRIORITY = 6;
  private static final int RTA_TABLE = 15;

  /** {@code struct fib_rule_hdr} and {@code struct rtmsg} are of one size; the family is first. */
  private static final int HEADER = 12;

  private RoutingQuery() {}

  /** Asks for every rule of a family. */
  public static NetlinkRequest rules(Family family) {
    return NetlinkRequest.of(RTM_GETRULE, NetlinkRequest.NLM_F_DUMP, header(family));
  }

  /** Asks for the routes of {@link RoutingPlan#TABLE}, on a socket that heeds filters. */
  public static NetlinkRequest routes(Family family) {
    return NetlinkRequest.of(
        RTM_GETROUTE, NetlinkRequest.NLM_F_DUMP, header(family).u32(RTA_TABLE, RoutingPlan.TABLE));
  }

  /** Whether a rule has one of our preferences. */
  public static boolean isOurs(NetlinkMessage rule) {
    AttributeCursor attributes = rule.attributes(HEADER);
    while (attributes.next()) {
      if (attributes.type() == FRA_PRIORITY) {
        int preference = attributes.u32();
        return preference >= RoutingPlan.FIRST && preference <= RoutingPlan.LAST;
      }
    }
    return false; // preference 0 has no attribute
  }

  private static AttributeWriter header(Family family) {
    byte[] header = new byte[HEADER];
    header[0] = (byte) family.number();
    return new AttributeWriter().raw(header);
  }
}
