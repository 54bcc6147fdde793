package io.finward.linux.netlink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A message from the kernel: the fields of struct nlmsghdr and the body. Immutable. */
public final class NetlinkMessage {
  static final int HEADER = 16;
  public static final int NLMSG_NOOP = 1;
  public static final int NLMSG_ERROR = 2;
  public static final int NLMSG_DONE = 3;
  public static final int NLM_F_DUMP_INTR = 0x10;
  private static final VarHandle HOST16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
  private static final VarHandle HOST32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final int type;
  private final int flags;
  private final int sequence;
  private final int portId;
  private final byte[] body;

  private NetlinkMessage(byte[] datagram, int at, int length) {
    type = (short) HOST16.get(datagram, at + 4) & 0xffff;
    flags = (short) HOST16.get(datagram, at + 6) & 0xffff;
    sequence = (int) HOST32.get(datagram, at + 8);
    portId = (int) HOST32.get(datagram, at + 12);
    body = Arrays.copyOfRange(datagram, at + HEADER, at + length);
  }

  /**
   * The messages of one datagram.
   *
   * @throws DecodeException when a length does not fit
   */
  public static List<NetlinkMessage> split(byte[] datagram) throws DecodeException {
    List<NetlinkMessage> messages = new ArrayList<>(1);
    int at = 0;
    while (datagram.length - at >= HEADER) {
      int length = (int) HOST32.get(datagram, at);
      if (length < HEADER || length > datagram.length - at) {
        throw new DecodeException(
            "netlink message of length " + length + " in " + (datagram.length - at) + " bytes");
      }
      messages.add(new NetlinkMessage(datagram, at, length));
      at += Math.min((length + 3) & ~3, datagram.length - at);
    }
    if (at < datagram.length) {
      throw new DecodeException((datagram.length - at) + " bytes after the last netlink message");
    }
    return messages;
  }

  /** nlmsg_type. In nfnetlink the subsystem is its upper byte. */
  public int type() {
    return type;
  }

  /** nlmsg_flags. */
  public int flags() {
    return flags;
  }

  /** nlmsg_seq. */
  public int sequence() {
    return sequence;
  }

  /** nlmsg_pid: whose request it answers, or who caused the event; 0 is the kernel itself. */
  public int portId() {
    return portId;
  }

  /** A copy of the body. */
  public byte[] body() {
    return body.clone();
  }

  /** A byte of the fixed header that begins the body; 0 when the body is shorter. */
  public int headerByte(int index) {
    return index < body.length ? body[index] & 0xff : 0;
  }

  /** A cursor over the attributes after a fixed header of this length. */
  public AttributeCursor attributes(int headerLength) {
    return AttributeCursor.over(body, headerLength);
  }

  /** The int that NLMSG_ERROR and NLMSG_DONE begin with: 0, or a negated errno. */
  public int result() {
    return body.length >= 4 ? (int) HOST32.get(body, 0) : 0;
  }

  /** In a NLMSG_ERROR: the padded length of the request that it answers. */
  int echoedLength() {
    return body.length >= 8 ? ((int) HOST32.get(body, 4) + 3) & ~3 & 0xfffff : 0;
  }

  @Override
  public String toString() {
    return "NetlinkMessage(type=0x%x, flags=0x%x, seq=%d, portid=%d, %s)"
        .formatted(type, flags, sequence, portId, HexFormat.of().formatHex(body));
  }
}
