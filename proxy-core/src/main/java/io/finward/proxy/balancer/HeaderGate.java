package io.finward.proxy.balancer;

import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.access.Networks;
import io.finward.proxy.header.PeerHeader;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.relay.Accepted;
import io.finward.proxy.relay.Acceptor;
import io.finward.proxy.relay.SessionLoop;
import io.finward.proxy.session.EndReason;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a listener and its sessions: a connection from a balancer waits here for its
 * header, everybody else's goes on at once, and no header of theirs is believed. Belongs to the
 * loop.
 */
public final class HeaderGate implements Acceptor.Taker {
  /** Takes connections whose header has been read. */
  @FunctionalInterface
  public interface Next {
    /**
     * Takes over the accepted socket.
     *
     * @param header what a balancer says; null when the connection's own ends count
     */
    void take(
        TcpSocket client,
        InetSocketAddress peer,
        InetSocketAddress local,
        @Nullable PeerHeader header);
  }

  private final ListenerSettings listener;
  private final Networks balancers;
  private final SessionLoop sessions;
  private final Duration limit;
  private final Next next;
  private final Set<AwaitedHeader> awaited = new HashSet<>();

  private HeaderGate(
      ListenerSettings listener,
      Networks balancers,
      SessionLoop sessions,
      Duration limit,
      Next next) {
    this.listener = listener;
    this.balancers = balancers;
    this.sessions = sessions;
    this.limit = limit;
    this.next = next;
  }

  /**
   * What a listener's connections go to: {@code next}, through a gate where there are balancers.
   *
   * @param limit how long a header may take
   */
  public static Acceptor.Taker before(
      Next next, ListenerSettings listener, SessionLoop sessions, Duration limit) {
    List<Networks.Network> balancers = listener.proxyProtocol().from();
    return balancers.isEmpty()
        ? (client, peer, local) -> next.take(client, peer, local, null)
        : new HeaderGate(listener, Networks.of(balancers), sessions, limit, next);
  }

  @Override
  public void take(TcpSocket client, InetSocketAddress peer, InetSocketAddress local) {
    if (balancers.contain(peer.getAddress())) {
      AwaitedHeader header = new AwaitedHeader(this, client, peer, local);
      awaited.add(header);
      header.begin(sessions.loop(), limit);
    } else {
      next.take(client, peer, local, null);
    }
  }

  @Override
  public void close() {
    for (AwaitedHeader header : Set.copyOf(awaited)) {
      header.abandon();
    }
  }

  SessionLoop sessions() {
    return sessions;
  }

  void read(AwaitedHeader from, @Nullable PeerHeader header) {
    awaited.remove(from);
    next.take(from.socket(), from.peer(), from.local(), header);
  }

  /** A session that ends as it begins: the balancer gets RST, and everybody who counts is told. */
  void refused(AwaitedHeader from) {
    awaited.remove(from);
    sessions.refuse(
        new Accepted(listener, from.socket(), from.peer(), from.peer(), from.local(), from.local()),
        EndReason.BAD_PROXY_HEADER);
  }

  /** Nobody asked for anything. */
  void gone(AwaitedHeader from) {
    awaited.remove(from);
    from.socket().close();
    sessions.giveBackPlace();
  }
}
