package io.finward.linux.netlink;

/** The framing of nfnetlink (linux/netfilter/nfnetlink.h): subsystems, struct nfgenmsg, batches. */
public final class Nfnetlink {
  /** NFNL_SUBSYS_CTNETLINK. */
  public static final int CTNETLINK = 1;

  /** NFNL_SUBSYS_ULOG: NFLOG. */
  public static final int ULOG = 4;

  /** NFNL_SUBSYS_NFTABLES. */
  public static final int NFTABLES = 10;

  /** NFNL_SUBSYS_HOOK. */
  public static final int HOOK = 12;

  /** Length of struct nfgenmsg, which begins every body. */
  public static final int HEADER = 4;

  static final int NFNL_MSG_BATCH_BEGIN = 0x10;
  static final int NFNL_MSG_BATCH_END = 0x11;

  private Nfnetlink() {}

  /** The nlmsg_type of a subsystem's message. */
  public static int type(int subsystem, int message) {
    return subsystem << 8 | message;
  }

  /** A body that begins with struct nfgenmsg. */
  public static AttributeWriter body(int family, int resourceId) {
    // version NFNETLINK_V0; res_id is in network order.
    return new AttributeWriter()
        .raw((byte) family, (byte) 0, (byte) (resourceId >> 8), (byte) resourceId);
  }

  /** nfgen_family of a message. */
  public static int family(NetlinkMessage message) {
    return message.headerByte(0);
  }

  /** res_id of a message. */
  public static int resourceId(NetlinkMessage message) {
    return message.headerByte(2) << 8 | message.headerByte(3);
  }

  static NetlinkRequest begin(int subsystem) {
    return NetlinkRequest.of(NFNL_MSG_BATCH_BEGIN, 0, body(0, subsystem));
  }

  static NetlinkRequest end(int subsystem) {
    return NetlinkRequest.of(NFNL_MSG_BATCH_END, 0, body(0, subsystem));
  }
}
