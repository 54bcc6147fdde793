package io.finward.proxy.header;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A version of the PROXY protocol, and how a header is written in it. Both are for TCP only. */
public enum HeaderVersion {
  /** A line of text (proxy-protocol.txt, 2.1). */
  V1 {
    @Override
    public byte[] header(InetSocketAddress source, InetSocketAddress destination) {
      boolean ipv4 = ipv4(source) && ipv4(destination);
      return "PROXY %s %s %s %d %d\r\n"
          .formatted(
              ipv4 ? "TCP4" : "TCP6",
              text(source.getAddress(), ipv4),
              text(destination.getAddress(), ipv4),
              source.getPort(),
              destination.getPort())
          .getBytes(US_ASCII);
    }
  },

  /** Binary (proxy-protocol.txt, 2.2), without TLVs. */
  V2 {
    @Override
    public byte[] header(InetSocketAddress source, InetSocketAddress destination) {
      boolean ipv4 = ipv4(source) && ipv4(destination);
      int length = ipv4 ? 2 * 4 + 2 * 2 : 2 * 16 + 2 * 2;
      return ByteBuffer.allocate(V2_FIXED + length)
          .put(V2_SIGNATURE)
          .put((byte) 0x21) // version 2, PROXY
          .put((byte) (ipv4 ? 0x11 : 0x21)) // TCP over IPv4, TCP over IPv6
          .putShort((short) length)
          .put(bytes(source.getAddress(), ipv4))
          .put(bytes(destination.getAddress(), ipv4))
          .putShort((short) source.getPort())
          .putShort((short) destination.getPort())
          .array();
    }
  };

  static final byte[] V2_SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };

  /** What every header of version 2 has: signature, command, family, and the rest's length. */
  static final int V2_FIXED = 16;

  /**
   * The header for a connection; at most 104 bytes. Where the families differ, IPv4 is written as
   * IPv4-mapped IPv6 (RFC 4291, 2.5.5.2), since a header has one family.
   *
   * @param source the client's address
   * @param destination where the client meant to go
   */
  public abstract byte[] header(InetSocketAddress source, InetSocketAddress destination);

  private static boolean ipv4(InetSocketAddress address) {
    return address.getAddress() instanceof Inet4Address;
  }

  private static String text(InetAddress address, boolean ipv4) {
    // Java has no IPv4-mapped IPv6 addresses: it makes IPv4 addresses of them.
    String text = NetUtil.toAddressString(address);
    return address instanceof Inet4Address && !ipv4 ? "::ffff:" + text : text;
  }

  private static byte[] bytes(InetAddress address, boolean ipv4) {
    byte[] bytes = address.getAddress();
    if (ipv4 || bytes.length == 16) {
      return bytes;
    }
    return ByteBuffer.allocate(16).putShort(10, (short) 0xffff).put(12, bytes).array();
  }
}
