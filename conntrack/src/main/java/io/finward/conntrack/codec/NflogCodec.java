package io.finward.conntrack.codec;

import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.LatePacket;
import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.DecodeException;
import java.nio.ByteBuffer;

/** enum nfulnl_attr_type and nfulnl_attr_config of nfnetlink_log.h. */
public final class NflogCodec {
  private static final int NFULA_PACKET_HDR = 1;
  private static final int NFULA_PAYLOAD = 9;
  private static final int NFULA_PREFIX = 10;
  private static final int NFULA_CT = 18;
  private static final int NFULA_CFG_CMD = 1;
  private static final int NFULA_CFG_MODE = 2;
  private static final int NFULA_CFG_TIMEOUT = 4;
  private static final int NFULA_CFG_QTHRESH = 5;
  private static final int NFULA_CFG_FLAGS = 6;
  private static final int NFULNL_CFG_CMD_BIND = 1;
  private static final int NFULNL_COPY_PACKET = 2;
  private static final int NFULNL_CFG_F_CONNTRACK = 4;

  private NflogCodec() {}

  /**
   * Reads the attributes of a copied packet.
   *
   * @throws DecodeException when it is no TCP segment, or a hostile one
   */
  public static LatePacket decode(AttributeCursor cursor) throws DecodeException {
    int hook = -1;
    String prefix = "";
    byte[] payload = new byte[0];
    ConntrackEntry entry = null;
    while (cursor.next()) {
      switch (cursor.type()) {
        case NFULA_PACKET_HDR -> {
          // struct nfulnl_msg_packet_hdr { __be16 hw_protocol; __u8 hook; __u8 _pad; }
          hook = cursor.u32be() >> 8 & 0xff;
        }
        case NFULA_PAYLOAD -> payload = cursor.bytes();
        case NFULA_PREFIX -> prefix = cursor.string().stripTrailing();
        case NFULA_CT -> entry = EntryCodec.decode(cursor.nested());
        default -> {}
      }
    }
    cursor.finish();
    TcpPacketDecoder.Segment segment = TcpPacketDecoder.decode(payload);
    return new LatePacket(
        segment.kind(),
        segment.tuple(),
        prefix,
        hook,
        segment.sequence(),
        segment.acknowledgement(),
        segment.payload(),
        segment.header(),
        entry);
  }

  /** Writes the command that binds a group to the socket. */
  public static void encodeBind(AttributeWriter writer) {
    writer.u8(NFULA_CFG_CMD, NFULNL_CFG_CMD_BIND);
  }

  /**
   * Writes how a group's packets come: at once, one a message.
   *
   * @param copied bytes of each packet
   * @param entries whether each has its conntrack entry with it; not every kernel can
   */
  public static void encodeSetup(AttributeWriter writer, int copied, boolean entries) {
    // struct nfulnl_msg_config_mode { __be32 copy_range; __u8 copy_mode; __u8 _pad; } packed
    byte[] mode = ByteBuffer.allocate(6).putInt(copied).put((byte) NFULNL_COPY_PACKET).array();
    writer.bytes(NFULA_CFG_MODE, mode).u32be(NFULA_CFG_TIMEOUT, 1).u32be(NFULA_CFG_QTHRESH, 1);
    if (entries) {
      writer.u16be(NFULA_CFG_FLAGS, NFULNL_CFG_F_CONNTRACK);
    }
  }
}
