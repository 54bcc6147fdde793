package io.finward.nat.codec;

import io.finward.linux.netlink.AttributeWriter;
import java.nio.ByteBuffer;

/**
 * Has everything tracked from one packet to the next, without waiting for nft: takes the rules out
 * of the chains that say {@code notrack} (linux/netfilter/nf_tables.h).
 */
public final class TrackingChange {
  private static final int NFT_MSG_DELRULE = 8;
  private static final int NFTA_RULE_TABLE = 1;
  private static final int NFTA_RULE_CHAIN = 2;

  private TrackingChange() {}

  /** ENOENT where there are no such chains, and then nothing is to be done. */
  public static ByteBuffer trackAll() {
    return new TableTransaction()
        .add(NFT_MSG_DELRULE, 0, chain(UntrackedChains.LEAVING))
        .add(NFT_MSG_DELRULE, 0, chain(UntrackedChains.ARRIVING))
        .end();
  }

  private static AttributeWriter chain(String name) {
    return new AttributeWriter().string(NFTA_RULE_TABLE, Names.TABLE).string(NFTA_RULE_CHAIN, name);
  }
}
