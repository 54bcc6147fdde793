package io.finward.conntrack.rescue;

import io.finward.conntrack.message.Tuple;
import java.nio.ByteBuffer;

/** A TCP segment without data as an IP packet. */
final class TcpSegment {
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int HOP_LIMIT = 64;
  private static final int CHECKSUM = 16;

  private TcpSegment() {}

  /**
   * The packet, from the IP header on.
   *
   * @param header TCP's, with options; its ports and checksum are filled in
   */
  static byte[] of(Tuple tuple, byte[] header) {
    byte[] source = tuple.source().getAddress();
    byte[] destination = tuple.destination().getAddress();
    int ip = tuple.ipv6() ? IPV6_HEADER : IPV4_HEADER;
    ByteBuffer packet = ByteBuffer.allocate(ip + header.length);
    if (tuple.ipv6()) {
      packet.putInt(0x6000_0000).putShort((short) header.length);
      packet.put((byte) Tuple.TCP).put((byte) HOP_LIMIT);
    } else {
      // The kernel fills in id and checksum (raw(7), IP_HDRINCL).
      packet.put((byte) 0x45).put((byte) 0).putShort((short) (ip + header.length));
      packet.putShort((short) 0).putShort((short) 0x4000);
      packet.put((byte) HOP_LIMIT).put((byte) Tuple.TCP).putShort((short) 0);
    }
    packet.put(source).put(destination).put(header);
    packet.putShort(ip, (short) tuple.sourcePort());
    packet.putShort(ip + 2, (short) tuple.destinationPort());
    packet.putShort(ip + CHECKSUM, (short) 0);
    packet.putShort(ip + CHECKSUM, checksum(source, destination, packet, ip));
    return packet.array();
  }

  /** RFC 9293, 3.1: over the pseudo header and the segment, whose length is even. */
  private static short checksum(byte[] source, byte[] destination, ByteBuffer packet, int at) {
    int sum = Tuple.TCP + packet.capacity() - at;
    for (byte[] address : new byte[][] {source, destination}) {
      for (int i = 0; i < address.length; i += 2) {
        sum += (address[i] & 0xff) << 8 | (address[i + 1] & 0xff);
      }
    }
    for (int i = at; i < packet.capacity(); i += 2) {
      sum += Short.toUnsignedInt(packet.getShort(i)); // at most 46 words: no overflow
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (short) ~sum;
  }
}
