package io.finward.proxy.upstream;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.TcpSocket;
import io.finward.linux.socket.UsedSockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Begins upstream connections: non-blocking, with Finward's mark on every packet, so that the wall
 * and the lease know them. Used on its loop.
 */
public final class Dialer {
  /**
   * The ports of connections from a client's address: below those that systems give their own
   * (32768 or 49152 and up). The client may have a connection to the same server from that port,
   * and conntrack would take the two for one. IP_LOCAL_PORT_RANGE cannot choose them: the kernel
   * heeds it within the machine's own range only (inet_sk_get_local_port_range()).
   */
  private static final int FIRST_FOREIGN_PORT = 10_000;

  private static final int FOREIGN_PORTS = 32_768 - FIRST_FOREIGN_PORT;

  /** Ports are tried at random (RFC 6056); a taken one is rare. */
  private static final int PORTS_TRIED = 16;

  private static final Preparation PLAIN = _ -> {};

  private final SplittableRandom random = new SplittableRandom();
  private final LoopMemory memory;
  private final UsedSockets used;
  private final DialSettings settings;

  /**
   * For one event loop.
   *
   * @param used where sockets may come from instead of new ones
   * @param settings what every socket has
   */
  public Dialer(LoopMemory memory, UsedSockets used, DialSettings settings) {
    this.memory = memory;
    this.used = used;
    this.settings = settings;
  }

  /**
   * Begins to connect. The socket reports EPOLLOUT when it is connected, EPOLLERR when it failed.
   *
   * @param remote where to
   * @param source the address to come from, as a transparent socket; null for the gateway's own
   * @throws KernelException when the kernel refuses at once: ENETUNREACH, EADDRNOTAVAIL, EMFILE,
   *     EPERM
   */
  public TcpSocket dial(InetSocketAddress remote, @Nullable InetAddress source)
      throws KernelException {
    if (source == null) {
      return again(remote, null, PLAIN);
    }
    if (source.getAddress().length != remote.getAddress().getAddress().length) {
      throw new KernelException("bind the client's", -Errno.EAFNOSUPPORT);
    }
    if (settings.kernelPorts()) {
      return again(
          remote,
          source,
          socket -> {
            transparent(socket);
            KernelException.check(socket.bind(source), "bind the client's");
          });
    }
    for (int left = PORTS_TRIED; ; left--) {
      try {
        return dial(remote, source, FIRST_FOREIGN_PORT + random.nextInt(FOREIGN_PORTS));
      } catch (KernelException e) {
        // Somebody listens there, or the very same connection exists.
        boolean taken = e.errno() == Errno.EADDRINUSE || e.errno() == Errno.EADDRNOTAVAIL;
        if (!taken || left == 1) {
          throw e;
        }
      }
    }
  }

  /**
   * Begins to connect, as {@link #dial(InetSocketAddress, InetAddress)}, from this machine.
   *
   * @throws KernelException also when the leg's source is no address of this machine: EADDRNOTAVAIL
   */
  TcpSocket dial(InetSocketAddress remote, Leg leg) throws KernelException {
    InetAddress source = leg.sourceTo(remote);
    if (leg.receiveBuffer() == 0 && source == null) {
      return again(remote, null, PLAIN);
    }
    return connect(
        open(remote),
        remote,
        socket -> {
          if (leg.receiveBuffer() > 0) {
            // Before connect: the window's scale is said in the SYN (tcp(7)).
            KernelException.check(socket.setReceiveBuffer(leg.receiveBuffer()), "SO_RCVBUF");
          }
          if (source != null) {
            KernelException.check(socket.bind(source), "bind the source address");
          }
        });
  }

  private TcpSocket dial(InetSocketAddress remote, InetAddress source, int port)
      throws KernelException {
    return connect(
        open(remote),
        remote,
        socket -> {
          transparent(socket);
          KernelException.check(
              socket.bindForeign(new InetSocketAddress(source, port)), "bind the client's");
        });
  }

  private static void transparent(TcpSocket socket) throws KernelException {
    KernelException.check(
        socket.setTransparent(), "IP_TRANSPARENT (needs CAP_NET_ADMIN or CAP_NET_RAW)");
  }

  /** What is done to a socket before it connects. */
  private interface Preparation {
    void prepare(TcpSocket socket) throws KernelException;
  }

  /**
   * Begins to connect by a socket that may have served before, and may again.
   *
   * @param source what a new socket is bound to; null for nothing
   */
  private TcpSocket again(
      InetSocketAddress remote, @Nullable InetAddress source, Preparation preparation)
      throws KernelException {
    if (remote.getAddress().isLinkLocalAddress()) {
      // It binds the socket to its scope for good (tcp_v6_connect()).
      return connect(open(remote), remote, preparation);
    }
    UsedSockets.Ends ends = new UsedSockets.Ends(remote, source);
    TcpSocket socket = used.take(ends);
    socket =
        socket == null
            ? connect(open(remote), remote, preparation)
            : connect(socket, remote, PLAIN);
    socket.mayServeAgain(ends);
    return socket;
  }

  private static TcpSocket connect(
      TcpSocket socket, InetSocketAddress remote, Preparation preparation) throws KernelException {
    try {
      preparation.prepare(socket);
      int answer = socket.connect(remote);
      if (answer < 0 && answer != -Errno.EINPROGRESS) {
        throw new KernelException("connect", answer);
      }
      return socket;
    } catch (KernelException e) {
      socket.close();
      throw e;
    }
  }

  /** A new socket, with our mark. */
  private TcpSocket open(InetSocketAddress remote) throws KernelException {
    TcpSocket socket = TcpSocket.open(memory, remote);
    if (settings.mark() != 0) {
      int answer = socket.setMark(settings.mark());
      if (answer < 0) {
        socket.close();
        throw new KernelException("SO_MARK (needs CAP_NET_ADMIN or CAP_NET_RAW)", answer);
      }
    }
    return socket;
  }
}
