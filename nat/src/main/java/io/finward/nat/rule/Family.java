package io.finward.nat.rule;

import java.net.Inet4Address;
import java.net.InetAddress;

/** An address family, by the words nft and {@code ip} have for it. */
public enum Family {
  /** AF_INET. */
  IPV4(4, 32, 2),
  /** AF_INET6. */
  IPV6(6, 128, 10);

  private final int version;
  private final int bits;
  private final int number;

  Family(int version, int bits, int number) {
    this.version = version;
    this.bits = bits;
    this.number = number;
  }

  /** The family an address is of. */
  public static Family of(InetAddress address) {
    return address instanceof Inet4Address ? IPV4 : IPV6;
  }

  /** 4 or 6. */
  public int version() {
    return version;
  }

  /** The length of an address. */
  public int bits() {
    return bits;
  }

  /** The kernel's number of it. */
  public int number() {
    return number;
  }

  /** nft's word for the header, {@code ip} or {@code ip6}. */
  public String header() {
    return this == IPV4 ? "ip" : "ip6";
  }
}
