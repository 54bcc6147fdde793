package io.finward.linux.socket;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IP address as two numbers of 64 bits, IPv4 in its mapped form (RFC 4291, 2.5.5.2): Java knows
 * no mapped IPv6 addresses, so no two addresses are the same numbers.
 */
public final class AddressWords {
  /** {@code ::ffff:0.0.0.0/96}, its second half. */
  static final long MAPPED = 0xffff_0000_0000L;

  private AddressWords() {}

  /** The first half. */
  public static long high(InetAddress address) {
    return address instanceof Inet4Address ? 0 : ByteBuffer.wrap(address.getAddress()).getLong();
  }

  /** The second half. */
  public static long low(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return bytes.capacity() == 4
        ? MAPPED | Integer.toUnsignedLong(bytes.getInt())
        : bytes.getLong(8);
  }

  /** The address of two halves, without a scope. */
  public static InetAddress address(long high, long low) {
    try {
      return InetAddress.getByAddress(bytes(high, low));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }

  /** The 16 bytes of two halves. */
  public static byte[] bytes(long high, long low) {
    return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }
}
