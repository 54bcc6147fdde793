package io.finward.nat.codec;

import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.NetlinkMessage;
import io.finward.nat.rule.Family;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Asks rtnetlink whether there is anything of ours at all (linux/rtnetlink.h, linux/fib_rules.h):
 * what it is in detail, {@code ip} says in the words that {@code ip} takes.
 */
public final class RoutingQuery {
  private static final int RTM_GETROUTE = 26;
  private static final int RTM_GETRULE = 34;
  private static final int NLM_F_REQUEST = 0x1;
  private static final int NLM_F_DUMP = 0x300;
  private static final int FRA_PRIORITY = 6;
  private static final int RTA_TABLE = 15;
  private static final int NLMSGHDR = 16;

  /** {@code struct fib_rule_hdr} and {@code struct rtmsg} are of one size; the family is first. */
  private static final int HEADER = 12;

  private RoutingQuery() {}

  /** Asks for every rule of a family. */
  public static ByteBuffer rules(Family family) {
    return dump(RTM_GETRULE, family, new AttributeWriter());
  }

  /** Asks for the routes of {@link RoutingPlan#TABLE}, on a socket that heeds filters. */
  public static ByteBuffer routes(Family family) {
    return dump(RTM_GETROUTE, family, new AttributeWriter().u32(RTA_TABLE, RoutingPlan.TABLE));
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

  private static ByteBuffer dump(int type, Family family, AttributeWriter attributes) {
    byte[] body = attributes.toByteArray();
    ByteBuffer request = ByteBuffer.allocate(NLMSGHDR + HEADER + body.length);
    request.order(ByteOrder.nativeOrder());
    request.putInt(request.capacity()).putShort((short) type);
    request.putShort((short) (NLM_F_REQUEST | NLM_F_DUMP)).putInt(1).putInt(0);
    request.put((byte) family.number()).put(new byte[HEADER - 1]);
    return request.put(body).flip();
  }
}
