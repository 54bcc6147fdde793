package io.finward.nat.codec;

import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.NetlinkMessage;
import java.util.Set;

/** Tells of a notification whether it is about rules, sets or routes of ours. */
public final class RuleChanges {
  private static final int NFNL_SUBSYS_NFTABLES = 10;
  private static final int NFT_MSG_NEWSETELEM = 12;
  private static final int NFT_MSG_DELSETELEM = 14;
  private static final int NFT_MSG_NEWGEN = 15;
  private static final int NFGENMSG = 4;

  /** Attribute 1 of every nf_tables object but a generation: its table, or the table's own name. */
  private static final int TABLE = 1;

  private static final int NFTA_SET_ELEM_LIST_SET = 2;

  /** Sets whose elements come and go by themselves or by the daemon. */
  private static final Set<String> LIVELY =
      Set.of(
          Names.ALIVE,
          Names.STRANGERS_4,
          Names.STRANGERS_6,
          Names.LEARNED_4,
          Names.LEARNED_6,
          Names.FLOOD_4,
          Names.FLOOD_6);

  private RuleChanges() {}

  /** Of group NFNLGRP_NFTABLES. */
  public static boolean concernsTable(NetlinkMessage message) {
    int type = message.type() & 0xff;
    if (message.type() >> 8 != NFNL_SUBSYS_NFTABLES || type == NFT_MSG_NEWGEN) {
      return false;
    }
    boolean elements = type == NFT_MSG_NEWSETELEM || type == NFT_MSG_DELSETELEM;
    boolean ours = false;
    AttributeCursor attributes = message.attributes(NFGENMSG);
    while (attributes.next()) {
      if (attributes.type() == TABLE) {
        ours = attributes.string().equals(Names.TABLE);
      } else if (elements && attributes.type() == NFTA_SET_ELEM_LIST_SET) {
        return ours && !LIVELY.contains(attributes.string());
      }
    }
    return ours;
  }

  /** Of the groups RTNLGRP_IPV4_RULE, RTNLGRP_IPV4_ROUTE and their IPv6 sisters. */
  public static boolean concernsRouting(NetlinkMessage message) {
    return switch (message.type()) {
      case Rtnetlink.RTM_NEWRULE, Rtnetlink.RTM_DELRULE ->
          RoutingPlan.isOurs(value(message, Rtnetlink.FRA_PRIORITY));
      case Rtnetlink.RTM_NEWROUTE, Rtnetlink.RTM_DELROUTE ->
          value(message, Rtnetlink.RTA_TABLE) == RoutingPlan.TABLE;
      default -> false;
    };
  }

  private static int value(NetlinkMessage message, int wanted) {
    AttributeCursor attributes = message.attributes(Rtnetlink.HEADER);
    while (attributes.next()) {
      if (attributes.type() == wanted) {
        return attributes.u32();
      }
    }
    return 0;
  }
}
