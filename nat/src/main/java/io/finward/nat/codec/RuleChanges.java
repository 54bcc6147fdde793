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

  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_DELROUTE = 25;
  private static final int RTM_NEWRULE = 32;
  private static final int RTM_DELRULE = 33;
  private static final int FIB_RULE_HDR = 12;
  private static final int RTMSG = 12;
  private static final int FRA_PRIORITY = 6;
  private static final int RTA_TABLE = 15;

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
      case RTM_NEWRULE, RTM_DELRULE -> {
        int preference = value(message.attributes(FIB_RULE_HDR), FRA_PRIORITY);
        yield preference >= RoutingPlan.FIRST && preference <= RoutingPlan.LAST;
      }
      case RTM_NEWROUTE, RTM_DELROUTE ->
          value(message.attributes(RTMSG), RTA_TABLE) == RoutingPlan.TABLE;
      default -> false;
    };
  }

  private static int value(AttributeCursor attributes, int wanted) {
    while (attributes.next()) {
      if (attributes.type() == wanted) {
        return attributes.u32();
      }
    }
    return 0;
  }
}
