package io.finward.proxy.upstream;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.TcpSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Begins upstream connections: non-blocking, with Finward's mark on every packet, so that the wall
 * and the lease know them. Used on its loop.
 */
public final class Dialer {
  private final LoopMemory memory;
  private final int mark;

  /**
   * For one event loop.
   *
   * @param mark SO_MARK of every upstream socket; 0 for none. Needs CAP_NET_ADMIN or CAP_NET_RAW
   */
  public Dialer(LoopMemory memory, int mark) {
    this.memory = memory;
    this.mark = mark;
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
    TcpSocket socket = TcpSocket.open(memory, remote);
    try {
      if (mark != 0) {
        KernelException.check(socket.setMark(mark), "SO_MARK (needs CAP_NET_ADMIN or CAP_NET_RAW)");
      }
      if (source != null) {
        KernelException.check(
            socket.setTransparent(), "IP_TRANSPARENT (needs CAP_NET_ADMIN or CAP_NET_RAW)");
        KernelException.check(socket.bindForeign(source), "bind the client's");
      }
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
}
