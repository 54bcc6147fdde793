package io.finward.nat.codec;

import io.finward.linux.netlink.AttributeWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * nf_tables messages wrapped as one transaction (linux/netfilter/nf_tables.h, nfnetlink.h); the
 * last one asks for an answer. Headers are in the machine's byte order, values in network order.
 */
final class TableTransaction {
  private static final int NFNL_SUBSYS_NFTABLES = 10;
  private static final int NFNL_MSG_BATCH_BEGIN = 0x10;
  private static final int NFNL_MSG_BATCH_END = 0x11;

  private static final int NLM_F_REQUEST = 0x1;
  private static final int NLM_F_ACK = 0x4;
  static final int NLM_F_CREATE = 0x400;

  static final int NFPROTO_INET = 1;
  private static final int SIZE = 1024;

  private final ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
  private int last;

  TableTransaction() {
    message(NFNL_MSG_BATCH_BEGIN, 0, 0, NFNL_SUBSYS_NFTABLES, new byte[0]);
  }

  /**
   * Adds a message.
   *
   * @param type its {@code NFT_MSG_*}
   * @param flags besides NLM_F_REQUEST
   */
  TableTransaction add(int type, int flags, AttributeWriter attributes) {
    last = bytes.position();
    message(NFNL_SUBSYS_NFTABLES << 8 | type, flags, NFPROTO_INET, 0, attributes.toByteArray());
    return this;
  }

  /** The whole of it, to be sent at once. */
  ByteBuffer end() {
    bytes.putShort(last + 6, (short) (bytes.getShort(last + 6) | NLM_F_ACK));
    message(NFNL_MSG_BATCH_END, 0, 0, NFNL_SUBSYS_NFTABLES, new byte[0]);
    return bytes.flip();
  }

  /** struct nlmsghdr and struct nfgenmsg; the sequence is the place in the batch. */
  private void message(int type, int flags, int family, int resource, byte[] body) {
    int sequence = bytes.position();
    bytes.putInt(20 + body.length).putShort((short) type);
    bytes.putShort((short) (NLM_F_REQUEST | flags)).putInt(sequence).putInt(0);
    bytes.put((byte) family).put((byte) 0).put((byte) (resource >> 8)).put((byte) resource);
    bytes.put(body);
  }
}
