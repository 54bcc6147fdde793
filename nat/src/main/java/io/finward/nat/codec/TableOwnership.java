package io.finward.nat.codec;

import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.NetlinkRequest;
import io.finward.linux.netlink.Nfnetlink;
import java.nio.ByteBuffer;

/**
 * Messages that make the table persistent and take it over (linux/netfilter/nf_tables.h, {@code
 * enum nft_table_flags}). A table with an owner is passed over by everybody else's {@code flush
 * ruleset} and refuses their changes; a persistent one outlives its owner and waits for the next.
 * nft 1.0.6 has no word for the latter.
 */
public final class TableOwnership {
  private static final int NFT_MSG_NEWTABLE = 0;
  private static final int NFT_MSG_GETTABLE = 1;
  private static final int NFT_MSG_DELTABLE = 2;
  private static final int NFTA_TABLE_NAME = 1;
  private static final int NFTA_TABLE_FLAGS = 2;

  /** Owned by the socket that sets it. Linux 5.12. */
  private static final int NFT_TABLE_F_OWNER = 0x2;

  /** Stays when its owner goes. Linux 6.9. */
  private static final int NFT_TABLE_F_PERSIST = 0x4;

  private TableOwnership() {}

  /** Asks whether there is the table; ENOENT when there is none. */
  public static NetlinkRequest ask() {
    return NetlinkRequest.of(
        Nfnetlink.type(Nfnetlink.NFTABLES, NFT_MSG_GETTABLE),
        NetlinkRequest.NLM_F_ACK,
        Nfnetlink.body(TableTransaction.NFPROTO_INET, 0).string(NFTA_TABLE_NAME, Names.TABLE));
  }

  /** Makes the table, persistent and without an owner; nothing to do when it is so already. */
  public static ByteBuffer makePersistent() {
    return new TableTransaction()
        .add(NFT_MSG_NEWTABLE, TableTransaction.NLM_F_CREATE, table(NFT_TABLE_F_PERSIST))
        .end();
  }

  /** Deletes the table, which has to be there, and makes an empty persistent one. */
  public static ByteBuffer makeAgainPersistent() {
    return new TableTransaction()
        .add(NFT_MSG_DELTABLE, 0, new AttributeWriter().string(NFTA_TABLE_NAME, Names.TABLE))
        .add(NFT_MSG_NEWTABLE, TableTransaction.NLM_F_CREATE, table(NFT_TABLE_F_PERSIST))
        .end();
  }

  /** Makes the sending socket the owner of the table, which has to be persistent. */
  public static ByteBuffer own() {
    return new TableTransaction()
        .add(NFT_MSG_NEWTABLE, 0, table(NFT_TABLE_F_OWNER | NFT_TABLE_F_PERSIST))
        .end();
  }

  private static AttributeWriter table(int flags) {
    return new AttributeWriter()
        .string(NFTA_TABLE_NAME, Names.TABLE)
        .u32be(NFTA_TABLE_FLAGS, flags);
  }
}
