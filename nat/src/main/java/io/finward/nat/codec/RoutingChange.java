package io.finward.nat.codec;

import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.NetlinkRequest;
import io.finward.nat.codec.RoutingPlan.Rule;
import io.finward.nat.rule.Cidr;
import io.finward.nat.rule.Family;
import io.finward.nat.rule.PortRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.List;

/**
 * What {@code ip rule add} and {@code ip route add} ask of rtnetlink, for the words of a {@link
 * RoutingPlan} (linux/fib_rules.h, linux/rtnetlink.h): a start has no time for their processes.
 */
public final class RoutingChange {
  private static final int NEW =
      NetlinkRequest.NLM_F_CREATE | NetlinkRequest.NLM_F_EXCL | NetlinkRequest.NLM_F_ACK;

  private static final int FRA_DST = 1;
  private static final int FRA_SRC = 2;
  private static final int FRA_IIFNAME = 3;
  private static final int FRA_GOTO = 4;
  private static final int FRA_FWMARK = 10;
  private static final int FRA_TABLE = 15;
  private static final int FRA_IP_PROTO = 22;
  private static final int FRA_DPORT_RANGE = 24;

  private static final int FR_ACT_TO_TBL = 1;
  private static final int FR_ACT_GOTO = 2;
  private static final int FR_ACT_NOP = 3;
  private static final int FR_ACT_BLACKHOLE = 6;

  private static final int RTA_OIF = 4;
  private static final int RTN_LOCAL = 2;
  private static final int RT_SCOPE_UNIVERSE = 0;
  private static final int RT_SCOPE_HOST = 254;

  /** As {@code ip} marks what it adds. */
  private static final int RTPROT_BOOT = 3;

  private static final int IPPROTO_TCP = 6;

  /** The loopback device's number in every network namespace (LOOPBACK_IFINDEX of linux/net.h). */
  private static final int LOOPBACK = 1;

  /** Where {@code struct fib_rule_hdr} and {@code struct rtmsg} have what differs. */
  private static final int DST_LEN = 1;

  private static final int SRC_LEN = 2;
  private static final int RTM_PROTOCOL = 5;
  private static final int RTM_SCOPE = 6;
  private static final int ACTION = 7;

  private RoutingChange() {}

  /**
   * Adds a rule; EEXIST when it is there.
   *
   * @throws IllegalArgumentException for a word that no {@link RoutingPlan} uses
   */
  public static NetlinkRequest add(Family family, Rule rule) {
    byte[] header = Rtnetlink.header(family);
    AttributeWriter attributes =
        new AttributeWriter().u32(Rtnetlink.FRA_PRIORITY, rule.preference());
    Iterator<String> words = List.of(rule.selector().split(" ")).iterator();
    while (words.hasNext()) {
      String word = words.next();
      switch (word) {
        case "from" -> network(header, SRC_LEN, attributes, FRA_SRC, words.next());
        case "to" -> network(header, DST_LEN, attributes, FRA_DST, words.next());
        case "iif" -> attributes.string(FRA_IIFNAME, words.next());
        case "fwmark" -> attributes.u32(FRA_FWMARK, (int) (long) Long.decode(words.next()));
        case "ipproto" -> attributes.u8(FRA_IP_PROTO, protocol(words.next()));
        case "dport" -> attributes.bytes(FRA_DPORT_RANGE, ports(words.next()));
        case "lookup" -> {
          header[ACTION] = FR_ACT_TO_TBL;
          attributes.u32(FRA_TABLE, Integer.parseInt(words.next()));
        }
        case "goto" -> {
          header[ACTION] = FR_ACT_GOTO;
          attributes.u32(FRA_GOTO, Integer.parseInt(words.next()));
        }
        case "nop" -> header[ACTION] = FR_ACT_NOP;
        case "blackhole" -> header[ACTION] = FR_ACT_BLACKHOLE;
        default -> throw unknown(word);
      }
    }
    return NetlinkRequest.of(Rtnetlink.RTM_NEWRULE, NEW, after(header, attributes));
  }

  /** Adds the route by which {@link RoutingPlan#TABLE} delivers everything locally. */
  public static NetlinkRequest addRoute(Family family) {
    byte[] header = Rtnetlink.header(family);
    header[RTM_PROTOCOL] = RTPROT_BOOT;
    header[RTM_SCOPE] = (byte) (family == Family.IPV4 ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE);
    header[ACTION] = RTN_LOCAL;
    return NetlinkRequest.of(
        Rtnetlink.RTM_NEWROUTE,
        NEW,
        after(
            header,
            new AttributeWriter()
                .u32(Rtnetlink.RTA_TABLE, RoutingPlan.TABLE)
                .u32(RTA_OIF, LOOPBACK)));
  }

  private static void network(
      byte[] header, int length, AttributeWriter attributes, int type, String text) {
    Cidr network = Cidr.parse(text);
    header[length] = (byte) network.prefix();
    attributes.address(type, network.address());
  }

  private static int protocol(String name) {
    if (!name.equals("tcp")) {
      throw unknown(name);
    }
    return IPPROTO_TCP;
  }

  /** {@code struct fib_rule_port_range}. */
  private static byte[] ports(String text) {
    PortRange range = PortRange.parse(text);
    return ByteBuffer.allocate(4)
        .order(ByteOrder.nativeOrder())
        .putShort((short) range.first())
        .putShort((short) range.last())
        .array();
  }

  private static AttributeWriter after(byte[] header, AttributeWriter attributes) {
    return new AttributeWriter().raw(header).raw(attributes.toByteArray());
  }

  private static IllegalArgumentException unknown(String word) {
    return new IllegalArgumentException(
        word + " (expected: a word of the rules that a RoutingPlan makes)");
  }
}
