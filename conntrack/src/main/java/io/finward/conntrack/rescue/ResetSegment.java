package io.finward.conntrack.rescue;

import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.message.Tuple;
import java.nio.ByteBuffer;

/** A RST as our stack had sent it, built again from its copy: IP and TCP header, no data. */
final class ResetSegment {
  private static final int TCP_HEADER = 20;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int HOP_LIMIT = 64;
  private static final int RST = 0x04;
  private static final int ACK = 0x10;

  private ResetSegment() {}

  /** The packet, from the IP header on. */
  static byte[] of(LatePacket reset) {
    Tuple tuple = reset.tuple();
    byte[] source = tuple.source().getAddress();
    byte[] destination = tuple.destination().getAddress();
    int header = tuple.ipv6() ? IPV6_HEADER : IPV4_HEADER;
    ByteBuffer packet = ByteBuffer.allocate(header + TCP_HEADER);
    if (tuple.ipv6()) {
      packet.putInt(0x6000_0000).putShort((short) TCP_HEADER);
      packet.put((byte) Tuple.TCP).put((byte) HOP_LIMIT);
    } else {
      // The kernel fills in id and checksum (raw(7), IP_HDRINCL).
      packet.put((byte) 0x45).put((byte) 0).putShort((short) (header + TCP_HEADER));
      packet.putShort((short) 0).putShort((short) 0x4000);
      packet.put((byte) HOP_LIMIT).put((byte) Tuple.TCP).putShort((short) 0);
    }
    packet.put(source).put(destination);
    packet.putShort((short) tuple.sourcePort()).putShort((short) tuple.destinationPort());
    packet.putInt(reset.sequence()).putInt(reset.acknowledgement());
    packet.put((byte) ((TCP_HEADER / 4) << 4));
    packet.put((byte) (reset.acknowledgement() == 0 ? RST : RST | ACK));
    packet.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    packet.putShort(header + 16, checksum(source, destination, packet, header));
    return packet.array();
  }

  /** RFC 9293, 3.1: over the pseudo header and the segment. */
  private static short checksum(byte[] source, byte[] destination, ByteBuffer packet, int header) {
    long sum = Tuple.TCP + TCP_HEADER;
    for (byte[] address : new byte[][] {source, destination}) {
      for (int i = 0; i < address.length; i += 2) {
        sum += (address[i] & 0xff) << 8 | (address[i + 1] & 0xff);
      }
    }
    for (int i = header; i < header + TCP_HEADER; i += 2) {
      sum += Short.toUnsignedInt(packet.getShort(i));
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (short) ~sum;
  }
}
