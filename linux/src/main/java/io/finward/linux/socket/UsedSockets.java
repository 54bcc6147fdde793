package io.finward.linux.socket;

import io.finward.linux.epoll.EpollEvents;
import io.netty.channel.IoEventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sockets whose connection has ended in order, for the next connection to the same server: {@code
 * connect(AF_UNSPEC)} makes a closed socket as good as new (net/ipv4/tcp.c, tcp_disconnect), and
 * costs less than {@code close}, {@code socket}, its options and epoll.
 *
 * <p>The same server only, because the kernel numbers the new connection from where the old one
 * ended (tcp_v4_connect), which is known to whoever had that one, and must not be to others (RFC
 * 6528). And only with timestamps (RFC 7323): without them a server that has the new connection's
 * ports in TIME_WAIT goes by that number (RFC 9293, 3.6.1) and may take the SYN for an old one.
 *
 * <p>A socket waits here until its FIN is acknowledged, and then for its next connection, for two
 * seconds at the most. Belongs to the event loop.
 */
public final class UsedSockets {
  private static final long SWEEP_MILLIS = 1_000;

  private final IoEventLoop loop;
  private final int most;
  private final StreamSocket.Ready ready = (socket, events) -> ready((TcpSocket) socket, events);
  private Generation young = new Generation();
  private Generation old = new Generation();
  private int kept;
  private boolean sweeping;

  /**
   * What a connection can be made again between.
   *
   * @param remote the server
   * @param source what the socket is bound to, without a port; null for nothing
   */
  public record Ends(InetSocketAddress remote, @Nullable InetAddress source) {}

  /**
   * What came between two sweeps.
   *
   * @param parting whose FIN is not acknowledged yet, and where it went
   * @param free that can be connected again, by where to
   */
  private record Generation(Map<TcpSocket, Ends> parting, Map<Ends, ArrayDeque<TcpSocket>> free) {
    Generation() {
      this(new HashMap<>(), new HashMap<>());
    }

    @Nullable TcpSocket poll(Ends ends) {
      ArrayDeque<TcpSocket> sockets = free.get(ends);
      return sockets == null ? null : sockets.pollLast();
    }

    void add(TcpSocket socket, Ends ends) {
      free.computeIfAbsent(ends, _ -> new ArrayDeque<>()).addLast(socket);
    }
  }

  /**
   * None yet.
   *
   * @param most how many are kept at once, 0 or more: a descriptor each
   */
  public UsedSockets(IoEventLoop loop, int most) {
    this.loop = loop;
    this.most = most;
  }

  /** A socket that has connected these and can do it again; null when there is none. */
  public @Nullable TcpSocket take(Ends ends) {
    if (kept == 0) {
      return null;
    }
    TcpSocket socket = young.poll(ends);
    if (socket == null) {
      socket = old.poll(ends);
    }
    if (socket == null) {
      return null;
    }
    kept--;
    if (!socket.beginAgain()) {
      socket.close();
      return null;
    }
    return socket;
  }

  /**
   * Ends a connection in order, as {@code close} does, and keeps its socket.
   *
   * @param ends what it connects
   * @return false when there is no room; it is still the owner's to close then
   */
  boolean keep(TcpSocket socket, Ends ends) {
    if (kept == most) {
      return false;
    }
    kept++;
    young.parting().put(socket, ends);
    sweepLater();
    if (socket.part(ready)) {
      settle(socket);
    }
    return true;
  }

  /** Closes all of them. */
  public void close() {
    close(young);
    close(old);
  }

  private void ready(TcpSocket socket, int events) {
    if ((events & EpollEvents.EPOLLERR) != 0) {
      if (parted(socket) != null) {
        drop(socket);
      }
    } else if ((events & EpollEvents.EPOLLHUP) != 0) {
      settle(socket);
    }
  }

  /** Both ends have been passed; our FIN may still be on its way. */
  private void settle(TcpSocket socket) {
    Ends ends = parted(socket);
    if (ends == null) {
      return;
    }
    switch (socket.ending()) {
      case UNDER_WAY -> young.parting().put(socket, ends);
      case REUSABLE -> young.add(socket, ends);
      case OVER -> drop(socket);
    }
  }

  private @Nullable Ends parted(TcpSocket socket) {
    Ends ends = young.parting().remove(socket);
    return ends == null ? old.parting().remove(socket) : ends;
  }

  private void drop(TcpSocket socket) {
    kept--;
    socket.close();
  }

  private void sweepLater() {
    if (!sweeping && kept > 0) {
      sweeping = true;
      var _ = loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void sweep() {
    sweeping = false;
    close(old);
    Generation empty = old;
    old = young;
    young = empty;
    sweepLater();
  }

  private void close(Generation generation) {
    generation.parting().keySet().forEach(this::drop);
    generation.parting().clear();
    generation.free().values().forEach(sockets -> sockets.forEach(this::drop));
    generation.free().clear();
  }
}
