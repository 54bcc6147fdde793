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
  private static final int NEW_RULE = Nfnetlink.type(Nfnetlink.NFTABLES, 6);
  private static final int GET_RULE = Nfnetlink.type(Nfnetlink.NFTABLES, 7);
  private static final int NEW_SET = Nfnetlink.type(Nfnetlink.NFTABLES, 9);
  private static final int GET_SET = Nfnetlink.type(Nfnetlink.NFTABLES, 10);

  /** NFTA_RULE_TABLE and NFTA_SET_TABLE. */
  private static final int TABLE = 1;

  private static final int NFTA_RULE_EXPRESSIONS = 4;
  private static final int NFTA_SET_EXPR = 17;
  private static final int NFTA_SET_EXPRESSIONS = 18;
  private static final int NFTA_DYNSET_EXPR = 7;
  private static final int NFTA_DYNSET_EXPRESSIONS = 10;
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
          "HMARK",
          "MASQUERADE",
          "NETMAP",
          "REDIRECT",
          "SNAT",
          "SYNPROXY");

  private ConntrackRules() {}

  /** Asks for every rule of every table. */
  public static NetlinkRequest askForRules() {
    return dump(GET_RULE);
  }

  /** Asks for every set of every table: its elements may have expressions of their own. */
  public static NetlinkRequest askForSets() {
    return dump(GET_SET);
  }

  private static NetlinkRequest dump(int type) {
    return NetlinkRequest.of(type, NetlinkRequest.NLM_F_DUMP, Nfnetlink.body(0, 0));
  }

  /**
   * Whether a message is about a rule or a set that has come, in a table that is not ours, and asks
   * conntrack. For answers to {@link #askForRules} and {@link #askForSets}, and for notifications
   * of group NFNLGRP_NFTABLES.
   */
  public static boolean othersAsk(NetlinkMessage message) {
    boolean rule = message.type() == NEW_RULE;
    if (!rule && message.type() != NEW_SET) {
      return false;
    }
    boolean inet = Nfnetlink.family(message) == TableTransaction.NFPROTO_INET;
    AttributeCursor attributes = message.attributes(Nfnetlink.HEADER);
    boolean asks = false;
    while (attributes.next()) {
      int type = attributes.type();
      if (type == TABLE) {
        if (inet && attributes.string().equals(Names.TABLE)) {
          return false;
        }
      } else if (type == (rule ? NFTA_RULE_EXPRESSIONS : NFTA_SET_EXPRESSIONS)) {
        asks |= anyAsks(attributes.nested());
      } else if (!rule && type == NFTA_SET_EXPR) {
        asks |= asks(attributes.nested());
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
            case "objref" -> asks = objectAsks(expression.nested());
            case "dynset" -> asks = elementsAsk(expression.nested());
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

  /** One that is looked up in a map may be anything. */
  private static boolean objectAsks(AttributeCursor data) {
    while (data.next()) {
      if (data.type() == NFTA_OBJREF_IMM_TYPE) {
        return OBJECTS.contains(data.u32be());
      }
    }
    return true;
  }

  private static boolean elementsAsk(AttributeCursor data) {
    boolean asks = false;
    while (data.next()) {
      switch (data.type()) {
        case NFTA_DYNSET_EXPR -> asks |= asks(data.nested());
        case NFTA_DYNSET_EXPRESSIONS -> asks |= anyAsks(data.nested());
        default -> {}
      }
    }
    return asks;
  }
}
