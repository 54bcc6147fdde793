package io.finward.appliance.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The address families, as messages name them. */
enum Family {
  IPV4("IPv4"),
  IPV6("IPv6");

  private final String word;

  Family(String word) {
    this.word = word;
  }

  static Family of(InetAddress address) {
    return address instanceof Inet4Address ? IPV4 : IPV6;
  }

  static Family of(InetSocketAddress address) {
    return of(address.getAddress());
  }

  static Family of(Network network) {
    return of(network.address());
  }

  /** Whether a socket bound there sees connections of this family: {@code [::]} sees both. */
  boolean servedBy(InetSocketAddress bind) {
    return of(bind) == this || (of(bind) == IPV6 && bind.getAddress().isAnyLocalAddress());
  }

  @Override
  public String toString() {
    return word;
  }
}
