package io.finward.conntrack.message;

import java.util.Arrays;

/** The TCP header of a copied segment as it came, options included. Immutable. */
public final class TcpHeader {
  private static final int LEAST = 20;
  private static final int MOST = 60;

  private final byte[] bytes;

  /**
   * Copies a header.
   *
   * @param packet where it stands
   * @param at its first byte
   * @param length 20 to 60
   */
  public TcpHeader(byte[] packet, int at, int length) {
    if (length < LEAST || length > MOST || at < 0 || at + length > packet.length) {
      throw new IllegalArgumentException(
          "%d bytes at %d of %d (expected: 20 to 60, within)".formatted(length, at, packet.length));
    }
    this.bytes = Arrays.copyOfRange(packet, at, at + length);
  }

  /** A copy of its bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TcpHeader header && Arrays.equals(bytes, header.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
