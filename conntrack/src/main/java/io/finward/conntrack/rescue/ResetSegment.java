package io.finward.conntrack.rescue;

import io.finward.conntrack.message.LatePacket;
import java.nio.ByteBuffer;

/** A RST as our stack had sent it, built again from its copy: IP and TCP header, no data. */
final class ResetSegment {
  private static final int TCP_HEADER = 20;
  private static final int RST = 0x04;
  private static final int ACK = 0x10;

  private ResetSegment() {}

  /** The packet, from the IP header on. */
  static byte[] of(LatePacket reset) {
    ByteBuffer header = ByteBuffer.allocate(TCP_HEADER);
    header.putInt(0).putInt(reset.sequence()).putInt(reset.acknowledgement());
    header.put((byte) ((TCP_HEADER / 4) << 4));
    header.put((byte) (reset.acknowledgement() == 0 ? RST : RST | ACK));
    return TcpSegment.of(reset.tuple(), header.array());
  }
}
