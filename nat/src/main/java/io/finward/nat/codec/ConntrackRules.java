package io.finward.nat.codec;

import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.NetlinkMessage;
import io.finward.linux.netlink.NetlinkRequest;
import io.finward.linux.netlink.Nfnetlink;
import java.util.Set;

/**
 * Tells of a rule whether it asks conntrack for anything: by the names of its expressions
 * (net/netfilter/nft_*.c), and of what iptables-nft keeps as it was (net/netfilter/nft_compat.c) by
 * the names of its matches and targets. A kernel tracks connections because of such rules alone.
 */
public final class ConntrackRules {
  private static final int NFT_MSG_NEWRULE = 6;
  private static final int NFT_MSG_GETRULE = 7;
  private static final int NFTA_RULE_TABLE = 1;
  private static final int NFTA_RULE_EXPRESSIONS = 4;
  private static final int NFTA_EXPR_NAME = 1;
  private static final int NFTA_EXPR_DATA = 2;

  /** NFTA_MATCH_NAME and NFTA_TARGET_NAME. */
  private static final int NFTA_XT_NAME = 1;

  private static final int NFTA_OBJREF_IMM_TYPE = 1;

  private static final Set<String> EXPRESSIONS =
      Set.of("ct", "nat", "masq", "redir", "flow_offload", "connlimit", "synproxy");

  /** NFT_OBJECT_CT_HELPER, CONNLIMIT, CT_TIMEOUT, CT_EXPECT and SYNPROXY. */
  private static final Set<Integer> OBJECTS = Set.of(3, 5, 7, 9, 10);

  private static final Set<String> MATCHES =
      Set.of(
          "conntrack",
          "state",
          "connbytes",
          "connlabel",
          "connlimit",
          "connmark",
          "cluster",
          "helper");

  private static final Set<String> TARGETS =
      Set.of(
          "CONNMARK",
          "CONNSECMARK",
          "CT",
          "DNAT",
          "FLOWOFFLOAD",
          "MASQUERADE",
          "NETMAP",
          "REDIRECT",
          "SNAT",
          "SYNPROXY");

  private ConntrackRules() {}

  /** Asks for every rule of every table. */
  public static NetlinkRequest ask() {
    return NetlinkRequest.of(
        Nfnetlink.type(Nfnetlink.NFTABLES, NFT_MSG_GETRULE),
        NetlinkRequest.NLM_F_DUMP,
        Nfnetlink.body(0, 0));
  }

  /**
   * Whether a message is about a rule that has come, in a table that is not ours, and asks
   * conntrack. For answers to {@link #ask} and for notifications of group NFNLGRP_NFTABLES.
   */
  public static boolean othersAsk(NetlinkMessage message) {
    if (message.type() != Nfnetlink.type(Nfnetlink.NFTABLES, NFT_MSG_NEWRULE)) {
      return false;
    }
    AttributeCursor attributes = message.attributes(Nfnetlink.HEADER);
    boolean asks = false;
    while (attributes.next()) {
      switch (attributes.type()) {
        case NFTA_RULE_TABLE -> {
          if (attributes.string().equals(Names.TABLE)) {
            return false;
          }
        }
        case NFTA_RULE_EXPRESSIONS -> asks = anyAsks(attributes.nested());
        default -> {}
      }
    }
    return asks;
  }

  private static boolean anyAsks(AttributeCursor expressions) {
    boolean asks = false;
    while (expressions.next()) {
      asks |= asks(expressions.nested());
    }
    return asks;
  }

  private static boolean asks(AttributeCursor expression) {
    String name = "";
    boolean asks = false;
    while (expression.next()) {
      switch (expression.type()) {
        case NFTA_EXPR_NAME -> {
          name = expression.string();
          asks = EXPRESSIONS.contains(name);
        }
        case NFTA_EXPR_DATA -> {
          switch (name) {
            case "match" -> asks = MATCHES.contains(xtName(expression.nested()));
            case "target" -> asks = TARGETS.contains(xtName(expression.nested()));
            case "objref" -> asks = OBJECTS.contains(objectType(expression.nested()));
            default -> {}
          }
        }
        default -> {}
      }
    }
    return asks;
  }

  private static String xtName(AttributeCursor data) {
    while (data.next()) {
      if (data.type() == NFTA_XT_NAME) {
        return data.string();
      }
    }
    return "";
  }

  private static int objectType(AttributeCursor data) {
    while (data.next()) {
      if (data.type() == NFTA_OBJREF_IMM_TYPE) {
        return data.u32be();
      }
    }
    return 0;
  }
}
