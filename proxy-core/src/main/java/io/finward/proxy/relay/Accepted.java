package io.finward.proxy.relay;

import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.listen.ListenerSettings;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection that a listener accepted, and what is known of it.
 *
 * @param listener the listener
 * @param socket the accepted socket; the session owns it from now on
 * @param peer the socket's peer
 * @param client the client's address and port as the client knows them
 * @param local the socket's local address
 * @param originalDestination where the client meant to go; {@code local} where that cannot be told
 * @param opened the connection's ends before NAT, where a balancer's header named others in {@code
 *     client} and {@code originalDestination}; null where they are the same
 */
public record Accepted(
    ListenerSettings listener,
    TcpSocket socket,
    InetSocketAddress peer,
    InetSocketAddress client,
    InetSocketAddress local,
    InetSocketAddress originalDestination,
    @Nullable Opened opened) {
  /**
   * A connection as its opener and conntrack know it.
   *
   * @param from the opener's end
   * @param to where it was opened to
   */
  public record Opened(InetSocketAddress from, InetSocketAddress to) {}

  /** Without a balancer. */
  public Accepted(
      ListenerSettings listener,
      TcpSocket socket,
      InetSocketAddress peer,
      InetSocketAddress client,
      InetSocketAddress local,
      InetSocketAddress originalDestination) {
    this(listener, socket, peer, client, local, originalDestination, null);
  }
}
