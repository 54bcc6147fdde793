package io.finward.conntrack.client;

import io.finward.linux.netlink.Nfnetlink;
import io.finward.linux.socket.SocketFilter;
import java.nio.ByteOrder;

/**
 * Which DESTROY events wake us. Each connection through the gateway ends in two of them; read by
 * us, they would cost more than the shadow table itself.
 *
 * <p>Dropped in the kernel are the entries of other protocols than TCP, and those that ended by
 * themselves in TIME_WAIT, as they should. Offsets are those of struct nlmsghdr, attributes those
 * of linux/netfilter/nfnetlink_conntrack.h.
 */
final class DestroyFilter {
  private static final int NLMSG_TYPE = 4;
  private static final int NLMSG_PID = 12;
  private static final int NLMSG_HEADER = 16;
  private static final int ATTRIBUTE_HEADER = 4;
  private static final int IPCTNL_MSG_CT_DELETE = 2;
  private static final int CTA_TUPLE_ORIG = 1;
  private static final int CTA_TUPLE_PROTO = 2;
  private static final int CTA_PROTO_NUM = 1;
  private static final int CTA_PROTOINFO = 4;
  private static final int CTA_PROTOINFO_TCP = 1;
  private static final int CTA_PROTOINFO_TCP_STATE = 1;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_CONNTRACK_TIME_WAIT = 7;
  private static final int ATTRIBUTES = NLMSG_HEADER + Nfnetlink.HEADER;

  /** What is not understood passes. */
  static final SocketFilter PROGRAM =
      new SocketFilter.Builder()
          .loadHalf(NLMSG_TYPE)
          .passUnless(loaded(Nfnetlink.type(Nfnetlink.CTNETLINK, IPCTNL_MSG_CT_DELETE)))
          .findAttribute(ATTRIBUTES, CTA_TUPLE_ORIG, CTA_TUPLE_PROTO, CTA_PROTO_NUM)
          .loadByteFromA(ATTRIBUTE_HEADER)
          .dropUnless(IPPROTO_TCP)
          // What somebody asked for is always told.
          .loadWord(NLMSG_PID)
          .passUnless(0)
          .findAttribute(ATTRIBUTES, CTA_PROTOINFO, CTA_PROTOINFO_TCP, CTA_PROTOINFO_TCP_STATE)
          .loadByteFromA(ATTRIBUTE_HEADER)
          .dropIf(TCP_CONNTRACK_TIME_WAIT)
          .build();

  private DestroyFilter() {}

  /** Netlink's header is in the machine's own byte order, which a filter loads as the network's. */
  private static int loaded(int half) {
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
        ? half
        : Short.toUnsignedInt(Short.reverseBytes((short) half));
  }
}
