package io.finward.appliance.lab;

import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.util.Locale;

/** An address family, with the lab's addresses in it (RFC 5737 and RFC 3849: documentation). */
public enum AddressFamily {
  /** RFC 791. */
  IPV4(StandardProtocolFamily.INET, "ip", "ip ttl", "192.0.2.", "198.51.100.", "203.0.113.", 24),
  /** RFC 8200. */
  IPV6(
      StandardProtocolFamily.INET6,
      "ip6",
      "ip6 hoplimit",
      "2001:db8:1::",
      "2001:db8:2::",
      "2001:db8:3::",
      64);

  private final StandardProtocolFamily protocol;
  private final String nft;
  private final String nftHopLimit;
  private final String clients;
  private final String servers;
  private final String bystanders;
  private final int prefixLength;

  AddressFamily(
      StandardProtocolFamily protocol,
      String nft,
      String nftHopLimit,
      String clients,
      String servers,
      String bystanders,
      int prefixLength) {
    this.protocol = protocol;
    this.nft = nft;
    this.nftHopLimit = nftHopLimit;
    this.clients = clients;
    this.servers = servers;
    this.bystanders = bystanders;
    this.prefixLength = prefixLength;
  }

  /** The name in the report. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As Java names it. */
  public StandardProtocolFamily protocol() {
    return protocol;
  }

  /** The family's keyword in nft: {@code ip} or {@code ip6}. */
  public String nft() {
    return nft;
  }

  /** What nft calls the header field that every forwarding host counts down. */
  String nftHopLimit() {
    return nftHopLimit;
  }

  /** The client's address. */
  public String client() {
    return clients + "2";
  }

  /** The gateway's address on the client's side. */
  public String gatewayInside() {
    return clients + "1";
  }

  /** The gateway's address on the server's side. */
  String gatewayOutside() {
    return servers + "1";
  }

  /** What the gateway makes of the addresses behind it, where it does. */
  String gatewayTranslated() {
    return servers + "9";
  }

  /** The gateway's address on the bystander's side. */
  String gatewayAside() {
    return bystanders + "1";
  }

  /** The server's address. */
  public String server() {
    return servers + "2";
  }

  /** A third host that nobody intercepts. */
  String bystander() {
    return bystanders + "2";
  }

  /** The server's network, gateway included: what an administrator would write. */
  String serverNetwork() {
    return servers + (this == IPV4 ? "0" : "") + "/" + prefixLength;
  }

  int prefixLength() {
    return prefixLength;
  }

  /** Every address of the family, for {@code bind}. */
  public String wildcard() {
    return this == IPV4 ? "0.0.0.0" : "[::]";
  }

  /** An address and a port as a URL or a proxy's configuration writes them. */
  public String hostPort(String address, int port) {
    return (this == IPV4 ? address : "[" + address + "]") + ":" + port;
  }

  static InetAddress parse(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}
