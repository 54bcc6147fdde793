package io.finward.proxy.upstream;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of explicit doors to servers and parents are like.
 *
 * @param source4 where those by IPv4 come from, an address of this machine; null: the kernel
 *     chooses
 * @param source6 the same by IPv6
 * @param receiveBuffer SO_RCVBUF in bytes; 0: the kernel chooses, and adapts it
 */
public record Leg(
    @Nullable Inet4Address source4, @Nullable Inet6Address source6, int receiveBuffer) {
  /** The kernel chooses. */
  public static final Leg PLAIN = new Leg(null, null, 0);

  /** Where a connection comes from; null when the kernel chooses. */
  @Nullable InetAddress sourceTo(InetSocketAddress remote) {
    return remote.getAddress() instanceof Inet4Address ? source4 : source6;
  }
}
