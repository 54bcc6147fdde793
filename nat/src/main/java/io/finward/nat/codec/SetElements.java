package io.finward.nat.codec;

import io.finward.linux.netlink.AttributeWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Messages that change elements of our sets (linux/netfilter/nf_tables.h). What happens every
 * second is not worth a process.
 */
public final class SetElements {
  private static final int NFT_MSG_NEWSETELEM = 12;
  private static final int NFT_MSG_DELSETELEM = 14;

  private static final int NFTA_SET_ELEM_LIST_TABLE = 1;
  private static final int NFTA_SET_ELEM_LIST_SET = 2;
  private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
  private static final int NFTA_LIST_ELEM = 1;
  private static final int NFTA_SET_ELEM_KEY = 1;
  private static final int NFTA_SET_ELEM_TIMEOUT = 4;
  private static final int NFTA_DATA_VALUE = 1;

  private static final int IPPROTO_TCP = 6;

  private SetElements() {}

  /**
   * The daemon's sign of life. A plain add leaves a present element's clock alone, and before 6.12
   * nothing can renew it; add, delete, add works on every kernel, whether it is there or not, and
   * no packet sees the moment between.
   */
  public static ByteBuffer alive(Duration timeout) {
    byte[] key = {IPPROTO_TCP};
    return new TableTransaction()
        .add(NFT_MSG_NEWSETELEM, TableTransaction.NLM_F_CREATE, element(Names.ALIVE, key, timeout))
        .add(NFT_MSG_DELSETELEM, 0, element(Names.ALIVE, key, Duration.ZERO))
        .add(NFT_MSG_NEWSETELEM, TableTransaction.NLM_F_CREATE, element(Names.ALIVE, key, timeout))
        .end();
  }

  /** The daemon stops in order: from now on the wall refuses. Added first, so that it is there. */
  public static ByteBuffer dead() {
    byte[] key = {IPPROTO_TCP};
    Duration second = Duration.ofSeconds(1);
    return new TableTransaction()
        .add(NFT_MSG_NEWSETELEM, TableTransaction.NLM_F_CREATE, element(Names.ALIVE, key, second))
        .add(NFT_MSG_DELSETELEM, 0, element(Names.ALIVE, key, Duration.ZERO))
        .end();
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
    return new TableTransaction()
        .add(NFT_MSG_NEWSETELEM, TableTransaction.NLM_F_CREATE, element(set, key, timeout))
        .end();
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

  private static AttributeWriter element(String set, byte[] key, Duration timeout) {
    return new AttributeWriter()
        .string(NFTA_SET_ELEM_LIST_TABLE, Names.TABLE)
        .string(NFTA_SET_ELEM_LIST_SET, set)
        .nested(
            NFTA_SET_ELEM_LIST_ELEMENTS,
            elements ->
                elements.nested(
                    NFTA_LIST_ELEM,
                    element -> {
                      element.nested(NFTA_SET_ELEM_KEY, data -> data.bytes(NFTA_DATA_VALUE, key));
                      if (timeout.isPositive()) {
                        element.u64be(NFTA_SET_ELEM_TIMEOUT, timeout.toMillis());
                      }
                    }));
  }
}
