package io.finward.conntrack.message;

import io.finward.linux.netlink.UnknownAttribute;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One direction of a flow, as its packets carry it (struct nf_conntrack_tuple).
 *
 * @param source the sender's address
 * @param sourcePort 0 for protocols without ports
 * @param destination the receiver's address, of the same family
 * @param destinationPort 0 for protocols without ports
 * @param protocol the number of the transport protocol
 * @param extras what else the kernel said of it
 */
public record Tuple(
    InetAddress source,
    int sourcePort,
    InetAddress destination,
    int destinationPort,
    int protocol,
    Extras extras) {
  /** IPPROTO_TCP. */
  public static final int TCP = 6;

  /** Attributes without a name here (ICMP ids, zones), by where they stood. */
  public record Extras(List<UnknownAttribute> tuple, List<UnknownAttribute> proto) {
    /** None, as for every TCP flow outside zones. */
    public static final Extras NONE = new Extras(List.of(), List.of());

    public Extras {
      tuple = List.copyOf(tuple);
      proto = List.copyOf(proto);
    }
  }

  public Tuple {
    if (source.getClass() != destination.getClass()) {
      throw new IllegalArgumentException(
          source + " to " + destination + " (expected: addresses of one family)");
    }
    checkPort(sourcePort);
    checkPort(destinationPort);
    if (protocol < 0 || protocol > 255) {
      throw new IllegalArgumentException("protocol " + protocol + " (expected: 0 to 255)");
    }
  }

  /** A TCP tuple. */
  public static Tuple tcp(
      InetAddress source, int sourcePort, InetAddress destination, int destinationPort) {
    return new Tuple(source, sourcePort, destination, destinationPort, TCP, Extras.NONE);
  }

  /** A TCP tuple of two resolved socket addresses. */
  public static Tuple tcp(InetSocketAddress source, InetSocketAddress destination) {
    return tcp(
        source.getAddress(), source.getPort(), destination.getAddress(), destination.getPort());
  }

  /** The packets of the other direction, when there is no NAT. */
  public Tuple inverse() {
    return new Tuple(destination, destinationPort, source, sourcePort, protocol, extras);
  }

  /** Whether it is IPv6. */
  public boolean ipv6() {
    return source instanceof Inet6Address;
  }

  /** AF_INET or AF_INET6, as nfgenmsg wants it. */
  public int family() {
    return ipv6() ? 10 : 2;
  }

  private static void checkPort(int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " (expected: 0 to 65535)");
    }
  }

  @Override
  public String toString() {
    return "%s.%d > %s.%d"
        .formatted(
            source.getHostAddress(), sourcePort, destination.getHostAddress(), destinationPort);
  }
}
