package io.finward.proxy.relay;

import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.listen.ListenerSettings;
import java.net.InetSocketAddress;

/**
 * A connection that a listener accepted, and what is known of it.
 *
 * @param listener the listener
 * @param socket the accepted socket; the session owns it from now on
 * @param peer the socket's peer
 * @param client the client's address and port as the client knows them
 * @param local the socket's local address
 * @param originalDestination where the client meant to go; {@code local} where that cannot be told
 */
public record Accepted(
    ListenerSettings listener,
    TcpSocket socket,
    InetSocketAddress peer,
    InetSocketAddress client,
    InetSocketAddress local,
    InetSocketAddress originalDestination) {}
