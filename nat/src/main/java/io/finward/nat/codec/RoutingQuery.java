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
  private RoutingQuery() {}

  /** Asks for every rule of a family. */
  public static NetlinkRequest rules(Family family) {
    return NetlinkRequest.of(Rtnetlink.RTM_GETRULE, NetlinkRequest.NLM_F_DUMP, header(family));
  }

  /** Asks for the routes of {@link RoutingPlan#TABLE}, on a socket that heeds filters. */
  public static NetlinkRequest routes(Family family) {
    return NetlinkRequest.of(
        Rtnetlink.RTM_GETROUTE,
        NetlinkRequest.NLM_F_DUMP,
        header(family).u32(Rtnetlink.RTA_TABLE, RoutingPlan.TABLE));
  }

  /** Whether a rule has one of our preferences. */
  public static boolean isOurs(NetlinkMessage rule) {
    AttributeCursor attributes = rule.attributes(Rtnetlink.HEADER);
    while (attributes.next()) {
      if (attributes.type() == Rtnetlink.FRA_PRIORITY) {
        return RoutingPlan.isOurs(attributes.u32());
      }
    }
    return false; // preference 0 has no attribute
  }

  private static AttributeWriter header(Family family) {
    return new AttributeWriter().raw(Rtnetlink.header(family));
  }
}
