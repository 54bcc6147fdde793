package io.finward.linux.socket;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.List;

/**
 * {@code struct sockaddr_in} and {@code sockaddr_in6} (linux/in.h, linux/in6.h) to and from {@link
 * InetSocketAddress}. A v4-mapped IPv6 address becomes the IPv4 address it stands for.
 */
public final class SocketAddresses {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  /** {@code sizeof(struct sockaddr_in6)}; a sockaddr_in has 16 bytes. */
  static final int MAX_LENGTH = 28;

  static final int IN_LENGTH = 16;
  private static final ValueLayout.OfShort PORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private SocketAddresses() {}

  /**
   * Writes an address as a socket of the given family takes it.
   *
   * @param family {@link #AF_INET} or {@link #AF_INET6}; an IPv4 address is mapped for the latter
   * @return the length
   */
  static int encode(InetSocketAddress address, int family, MemorySegment out) {
    byte[] bytes = address.getAddress().getAddress();
    out.fill((byte) 0);
    out.set(JAVA_SHORT_UNALIGNED, 0, (short) family);
    out.set(PORT, 2, (short) address.getPort());
    if (family == AF_INET) {
      MemorySegment.copy(bytes, 0, out, JAVA_BYTE, 4, 4);
      return IN_LENGTH;
    }
    if (bytes.length == 4) {
      out.set(JAVA_BYTE, 18, (byte) 0xff);
      out.set(JAVA_BYTE, 19, (byte) 0xff);
      MemorySegment.copy(bytes, 0, out, JAVA_BYTE, 20, 4);
    } else {
      MemorySegment.copy(bytes, 0, out, JAVA_BYTE, 8, 16);
      if (address.getAddress() instanceof Inet6Address v6) {
        out.set(JAVA_INT_UNALIGNED, 24, v6.getScopeId());
      }
    }
    return MAX_LENGTH;
  }

  /**
   * Links what writes and reads addresses, which the JDK does at the first use and takes 15 ms for,
   * by doing it once for each family. For a thread beside the start; it loads nothing of Netty's,
   * which would log.
   */
  public static void linkAhead() {
    KnownAddresses known = new KnownAddresses();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(MAX_LENGTH, Long.BYTES);
      for (String literal : List.of("127.0.0.1", "::1")) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(literal), 1);
        encode(address, literal.contains(":") ? AF_INET6 : AF_INET, memory);
        decode(memory, known);
      }
    }
  }

  /** Reads what the kernel wrote. */
  static InetSocketAddress decode(MemorySegment in, KnownAddresses known) {
    int port = Short.toUnsignedInt(in.get(PORT, 2));
    int family = in.get(JAVA_SHORT_UNALIGNED, 0);
    return switch (family) {
      case AF_INET -> new InetSocketAddress(v4(in, known), port);
      case AF_INET6 -> new InetSocketAddress(v6(in, known), port);
      default -> throw new IllegalArgumentException("address family " + family);
    };
  }

  private static InetAddress v4(MemorySegment in, KnownAddresses known) {
    long mapped = AddressWords.MAPPED | Integer.toUnsignedLong(in.get(INT, 4));
    return known.of(0, mapped, () -> address(in, 4, 4));
  }

  private static InetAddress v6(MemorySegment in, KnownAddresses known) {
    // Who has a scope is a neighbour, and seldom seen: the scope is no part of what is known.
    return in.get(JAVA_INT_UNALIGNED, 24) == 0
        ? known.of(in.get(LONG, 8), in.get(LONG, 16), () -> address(in, 8, 16))
        : scoped(in);
  }

  private static InetAddress scoped(MemorySegment in) {
    byte[] bytes = new byte[16];
    MemorySegment.copy(in, JAVA_BYTE, 8, bytes, 0, 16);
    int scope = in.get(JAVA_INT_UNALIGNED, 24);
    try {
      // getByAddress turns a v4-mapped address into an Inet4Address.
      InetAddress plain = InetAddress.getByAddress(bytes);
      return plain instanceof Inet4Address ? plain : Inet6Address.getByAddress(null, bytes, scope);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }

  private static InetAddress address(MemorySegment in, long offset, int length) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(in, JAVA_BYTE, offset, bytes, 0, length);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(length + " bytes are an address", e);
    }
  }
}
