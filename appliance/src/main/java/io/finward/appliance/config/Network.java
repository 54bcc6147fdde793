package io.finward.appliance.config;

import io.finward.appliance.text.AddressText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 or IPv6 network, or one address when the prefix is as long as the address.
 *
 * @param address with no bit set past the prefix
 * @param prefix its length in bits
 */
public record Network(InetAddress address, int prefix) {
  public Network {
    int bits = address.getAddress().length * 8;
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException(
          "prefix /%d (expected: /0 to /%d)".formatted(prefix, bits));
    }
    if (!masked(address, prefix).equals(address)) {
      throw new IllegalArgumentException(
          "network %s/%d (expected: %s/%d)"
              .formatted(
                  AddressText.format(address),
                  prefix,
                  AddressText.format(masked(address, prefix)),
                  prefix));
    }
  }

  /** The network of an address: every bit past the prefix cleared. */
  static InetAddress masked(InetAddress address, int prefix) {
    byte[] bytes = address.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      int kept = Math.clamp(prefix - 8L * i, 0, 8);
      bytes[i] &= (byte) (0xff00 >> kept);
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has a wrong length", e);
    }
  }

  /** Whether it is an IPv4 network; IPv6 otherwise. */
  public boolean ipv4() {
    return address instanceof Inet4Address;
  }

  /** Whether an address is in it. */
  public boolean contains(InetAddress other) {
    return ipv4() == other instanceof Inet4Address && masked(other, prefix).equals(address);
  }

  /** Whether some address is in both. Two networks overlap only when one holds the other. */
  public boolean overlaps(Network other) {
    return contains(other.address) || other.contains(address);
  }

  /** Whether it is one address. */
  public boolean single() {
    return prefix == address.getAddress().length * 8;
  }

  @Override
  public String toString() {
    return single() ? AddressText.format(address) : AddressText.format(address) + "/" + prefix;
  }
}
