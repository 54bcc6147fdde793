package io.finward.nat.rule;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A network, or one address when the prefix is as long as the address. Host bits are cleared, as
 * iptables and nft do.
 *
 * @param address the first address of the network
 * @param prefix the number of leading bits that count
 */
public record Cidr(InetAddress address, int prefix) {
  /** Every IPv4 address. */
  public static final Cidr ANY_IPV4 = parse("0.0.0.0/0");

  /** Every IPv6 address. */
  public static final Cidr ANY_IPV6 = parse("::/0");

  public Cidr {
    int bits = Family.of(address).bits();
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException(
          "%s/%d (expected: a prefix of 0 to %d)".formatted(Literal.of(address), prefix, bits));
    }
    address = masked(address, prefix);
  }

  /**
   * Reads {@code 198.51.100.0/24}, {@code 2001:db8::/32} or a single address.
   *
   * @throws IllegalArgumentException when it is none; names are never resolved
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    try {
      InetAddress address = InetAddress.ofLiteral(literal);
      // Java takes 10.1 for 10.0.0.1, and nobody else means that.
      if (Family.of(address) == Family.IPV4 && !literal.equals(Literal.of(address))) {
        throw expected(text, new IllegalArgumentException(literal));
      }
      int prefix =
          slash < 0 ? Family.of(address).bits() : Integer.parseInt(text.substring(slash + 1));
      return new Cidr(address, prefix);
    } catch (NumberFormatException e) {
      throw expected(text, e);
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      throw message != null && message.contains("(expected:") ? e : expected(text, e);
    }
  }

  /** The family of its addresses. */
  public Family family() {
    return Family.of(address);
  }

  /** Whether every address of the family is inside. */
  public boolean any() {
    return prefix == 0;
  }

  /** As nft and {@code ip} write it; without the prefix when it is one address. */
  @Override
  public String toString() {
    String literal = Literal.of(address);
    return prefix == family().bits() ? literal : literal + "/" + prefix;
  }

  private static IllegalArgumentException expected(String text, Exception cause) {
    return new IllegalArgumentException(
        text + " (expected: an address or a network such as 198.51.100.0/24 or 2001:db8::/32)",
        cause);
  }

  private static InetAddress masked(InetAddress address, int prefix) {
    byte[] bytes = address.getAddress();
    for (int bit = prefix; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
