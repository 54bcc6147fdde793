package io.finward.nat.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * nfnetlink messages that change elements of our sets, wrapped as one transaction
 * (linux/netfilter/nf_tables.h, nfnetlink.h). What happens every second is not worth a process.
 *
 * <p>Headers are in the machine's byte order, values in network order.
 */
public final class SetElements {
  private static final int NFNL_SUBSYS_NFTABLES = 10;
  private static final int NFNL_MSG_BATCH_BEGIN = 0x10;
  private static final int NFNL_MSG_BATCH_END = 0x11;
  private static final int NFT_MSG_NEWSETELEM = NFNL_SUBSYS_NFTABLES << 8 | 12;
  private static final int NFT_MSG_DELSETELEM = NFNL_SUBSYS_NFTABLES << 8 | 14;

  private static final int NLM_F_REQUEST = 0x1;
  private static final int NLM_F_ACK = 0x4;
  private static final int NLM_F_CREATE = 0x400;
  private static final int NLA_F_NESTED = 0x8000;

  private static final int NFPROTO_INET = 1;

  private static final int NFTA_SET_ELEM_LIST_TABLE = 1;
  private static final int NFTA_SET_ELEM_LIST_SET = 2;
  private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
  private static final int NFTA_LIST_ELEM = 1;
  private static final int NFTA_SET_ELEM_KEY = 1;
  private static final int NFTA_SET_ELEM_TIMEOUT = 4;
  private static final int NFTA_DATA_VALUE = 1;

  private static final int IPPROTO_TCP = 6;
  private static final int SIZE = 1024;

  private final ByteBuffer message = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());

  private SetElements() {}

  /**
   * The daemon's sign of life. A plain add leaves a present element's clock alone, and before 6.12
   * nothing can renew it; add, delete, add works on every kernel, whether it is there or not, and
   * no packet sees the moment between.
   */
  public static ByteBuffer alive(Duration timeout) {
    byte[] key = {IPPROTO_TCP};
    return new SetElements()
        .transaction(batch -> {
          batch.element(NFT_MSG_NEWSETELEM, Names.ALIVE, key, timeout, false);
          batch.element(NFT_MSG_DELSETELEM, Names.ALIVE, key, Duration.ZERO, false);
          batch.element(NFT_MSG_NEWSETELEM, Names.ALIVE, key, timeout, true);
        });
  }

  /** The daemon stops in order: from now on the wall refuses. Added first, so that it is there. */
  public static ByteBuffer dead() {
    byte[] key = {IPPROTO_TCP};
    return new SetElements()
        .transaction(batch -> {
          batch.element(NFT_MSG_NEWSETELEM, Names.ALIVE, key, Duration.ofSeconds(1), false);
          batch.element(NFT_MSG_DELSETELEM, Names.ALIVE, key, Duration.ZERO, true);
        });
  }

  /**
   * A connection the daemon knows nothing of: its late packets are refused for a while.
   *
   * @throws IllegalArgumentException when the addresses are of two families
   */
  public static ByteBuffer stranger(
      InetSocketAddress client, InetSocketAddress destination, Duration timeout) {
    byte[] from = endpoint(client);
    byte[] to = endpoint(destination);
    if (from.length != to.length) {
      throw new IllegalArgumentException(
          client + " to " + destination + " (expected: addresses of one family)");
    }
    byte[] key = ByteBuffer.allocate(from.length + to.length).put(from).put(to).array();
    String set = from.length == 8 ? Names.STRANGERS_4 : Names.STRANGERS_6;
    return new SetElements()
        .transaction(batch -> batch.element(NFT_MSG_NEWSETELEM, set, key, timeout, true));
  }

  /** A concatenation's fields are padded to registers of 4 bytes. */
  private static byte[] endpoint(InetSocketAddress endpoint) {
    InetAddress address = endpoint.getAddress();
    byte[] bytes = address.getAddress();
    return ByteBuffer.allocate(bytes.length + 4)
        .put(bytes)
        .putShort((short) endpoint.getPort())
        .putShort((short) 0)
        .array();
  }

  private ByteBuffer transaction(Consumer<SetElements> content) {
    marker(NFNL_MSG_BATCH_BEGIN);
    content.accept(this);
    marker(NFNL_MSG_BATCH_END);
    return message.flip();
  }

  private void marker(int type) {
    int start = header(type, NLM_F_REQUEST, 0, NFNL_SUBSYS_NFTABLES);
    end(start);
  }

  private void element(int type, String set, byte[] key, Duration timeout, boolean last) {
    int create = type == NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0;
    int start = header(type, NLM_F_REQUEST | create | (last ? NLM_F_ACK : 0), NFPROTO_INET, 0);
    attribute(NFTA_SET_ELEM_LIST_TABLE, (Names.TABLE + "\0").getBytes(US_ASCII));
    attribute(NFTA_SET_ELEM_LIST_SET, (set + "\0").getBytes(US_ASCII));
    int elements = nest(NFTA_SET_ELEM_LIST_ELEMENTS);
    int element = nest(NFTA_LIST_ELEM);
    int data = nest(NFTA_SET_ELEM_KEY);
    attribute(NFTA_DATA_VALUE, key);
    close(data);
    if (timeout.isPositive()) {
      attribute(NFTA_SET_ELEM_TIMEOUT, ByteBuffer.allocate(8).putLong(timeout.toMillis()).array());
    }
    close(element);
    close(elements);
    end(start);
  }

  /** struct nlmsghdr and struct nfgenmsg; the sequence is the place in the batch. */
  private int header(int type, int flags, int family, int resource) {
    int start = message.position();
    message.putInt(0).putShort((short) type).putShort((short) flags).putInt(start).putInt(0);
    message.put((byte) family).put((byte) 0);
    message.put((byte) (resource >> 8)).put((byte) resource);
    return start;
  }

  private void end(int start) {
    message.putInt(start, message.position() - start);
  }

  private void attribute(int type, byte[] value) {
    message.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    while (message.position() % 4 != 0) {
      message.put((byte) 0);
    }
  }

  private int nest(int type) {
    int start = message.position();
    message.putShort((short) 0).putShort((short) (type | NLA_F_NESTED));
    return start;
  }

  private void close(int start) {
    message.putShort(start, (short) (message.position() - start));
  }
}
