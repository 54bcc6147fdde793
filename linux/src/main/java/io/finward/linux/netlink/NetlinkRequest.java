package io.finward.linux.netlink;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A message to the kernel, without sequence and port, which the socket knows. Immutable.
 *
 * <p>The flags NLM_F_REQUEST and, for all but dumps, NLM_F_ACK are added by the socket.
 */
public final class NetlinkRequest {
  /** NLM_F_REPLACE of linux/netlink.h. */
  public static final int NLM_F_REPLACE = 0x100;

  /** NLM_F_EXCL of linux/netlink.h. */
  public static final int NLM_F_EXCL = 0x200;

  /** NLM_F_CREATE of linux/netlink.h. */
  public static final int NLM_F_CREATE = 0x400;

  /** NLM_F_APPEND of linux/netlink.h. */
  public static final int NLM_F_APPEND = 0x800;

  static final int NLM_F_REQUEST = 0x1;

  /** NLM_F_ACK of linux/netlink.h. */
  public static final int NLM_F_ACK = 0x4;

  /** NLM_F_DUMP of linux/netlink.h. */
  public static final int NLM_F_DUMP = 0x300;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private final int type;
  private final int flags;
  private final byte[] body;

  private NetlinkRequest(int type, int flags, byte[] body) {
    this.type = type;
    this.flags = flags;
    this.body = body;
  }

  /** A request of this nlmsg_type and these further nlmsg_flags. */
  public static NetlinkRequest of(int type, int flags, AttributeWriter body) {
    return new NetlinkRequest(type, flags, body.toByteArray());
  }

  /** Bytes on the wire. */
  public int size() {
    return NetlinkMessage.HEADER + ((body.length + 3) & ~3);
  }

  /** Writes header and body; {@code target} is zeroed memory. */
  public void write(MemorySegment target, long at, int extraFlags, int sequence, int portId) {
    target.set(INT, at, NetlinkMessage.HEADER + body.length);
    target.set(SHORT, at + 4, (short) type);
    target.set(SHORT, at + 6, (short) (flags | NLM_F_REQUEST | extraFlags));
    target.set(INT, at + 8, sequence);
    target.set(INT, at + 12, portId);
    MemorySegment.copy(
        body, 0, target, ValueLayout.JAVA_BYTE, at + NetlinkMessage.HEADER, body.length);
  }
}
