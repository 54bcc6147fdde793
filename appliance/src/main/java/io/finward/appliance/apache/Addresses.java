package io.finward.appliance.apache;

import io.finward.appliance.text.AddressText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Addresses and networks as {@code apr_ipsubnet_create} reads them. */
final class Addresses {
  private Addresses() {}

  /**
   * A network of the configuration: {@code 10.1} becomes {@code 10.1.0.0/16}, {@code
   * 10.1.2.3/255.255.0.0} as well, since Apache ignores bits past the mask. Null when the text is
   * no address, or the mask has holes.
   */
  static @Nullable String network(String text) {
    int slash = text.indexOf('/');
    String given = slash < 0 ? text : text.substring(0, slash);
    String whole = whole(given);
    InetAddress address = whole == null ? null : AddressText.parseAddress(whole);
    if (address == null || whole == null) {
      return null;
    }
    int bits = address.getAddress().length * 8;
    int prefix = slash < 0 ? octets(given) * 8 : prefix(text.substring(slash + 1), bits);
    if (slash < 0 && bits == 128) {
      prefix = bits;
    }
    if (prefix < 0) {
      return null;
    }
    String masked = AddressText.format(masked(address, prefix));
    return prefix == bits ? masked : masked + "/" + prefix;
  }

  /** Whether a text means one address. */
  static boolean isAddress(String text) {
    return AddressText.parseAddress(text) != null;
  }

  /** {@code 10.1} or {@code 10.1.} as {@code 10.1.0.0}. */
  private static @Nullable String whole(String given) {
    if (given.indexOf(':') >= 0) {
      return given;
    }
    if (!given.matches("[0-9]{1,3}(\\.[0-9]{1,3}){0,3}\\.?")) {
      return null;
    }
    String bare = given.endsWith(".") ? given.substring(0, given.length() - 1) : given;
    return bare + ".0".repeat(4 - octets(given));
  }

  private static int octets(String given) {
    return (int) given.chars().filter(c -> c == '.').count() + (given.endsWith(".") ? 0 : 1);
  }

  private static int prefix(String mask, int bits) {
    if (mask.matches("[0-9]{1,3}")) {
      int prefix = Integer.parseInt(mask);
      return prefix <= bits ? prefix : -1;
    }
    InetAddress dotted = bits == 32 ? AddressText.parseAddress(mask) : null;
    if (dotted == null || dotted.getAddress().length != 4) {
      return -1;
    }
    int ones = 0;
    for (byte b : dotted.getAddress()) {
      ones = ones << 8 | (b & 0xff);
    }
    int prefix = Integer.bitCount(ones);
    return ones == (prefix == 0 ? 0 : -1 << (32 - prefix)) ? prefix : -1;
  }

  private static InetAddress masked(InetAddress address, int prefix) {
    byte[] bytes = address.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] &= (byte) (0xff00 >> Math.clamp(prefix - 8L * i, 0, 8));
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has a wrong length", e);
    }
  }
}
