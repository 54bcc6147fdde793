package io.finward.proxy.balancer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.finward.linux.epoll.EpollEvents;
import io.finward.linux.libc.Errno;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.header.PeerHeader;
import io.netty.channel.IoEventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection from a balancer that has not told its client yet. The header is peeked at until it
 * is whole, and then exactly the header is read: the bytes after it stay in the socket for whom
 * they are meant.
 */
final class AwaitedHeader {
  private static final int ENDED =
      EpollEvents.EPOLLRDHUP | EpollEvents.EPOLLHUP | EpollEvents.EPOLLERR;

  private final HeaderGate gate;
  private final TcpSocket socket;
  private final InetSocketAddress peer;
  private final InetSocketAddress local;
  private @Nullable Future<?> deadline;
  private boolean over;

  AwaitedHeader(
      HeaderGate gate, TcpSocket socket, InetSocketAddress peer, InetSocketAddress local) {
    this.gate = gate;
    this.socket = socket;
    this.peer = peer;
    this.local = local;
  }

  TcpSocket socket() {
    return socket;
  }

  InetSocketAddress peer() {
    return peer;
  }

  InetSocketAddress local() {
    return local;
  }

  void begin(IoEventLoop loop, Duration limit) {
    deadline = loop.schedule(this::refuse, limit.toMillis(), TimeUnit.MILLISECONDS);
    socket.register(loop, (_, events) -> ready(events));
  }

  /** Gives up without a word to anybody but the balancer. */
  void abandon() {
    if (end()) {
      gate.gone(this);
    }
  }

  private void ready(int events) {
    if (over) {
      return;
    }
    int got = socket.peek(PeerHeader.LONGEST);
    if (got == -Errno.EAGAIN) {
      return;
    }
    if (got <= 0) {
      // A balancer that only looks whether we are there.
      abandon();
      return;
    }
    int length = PeerHeader.length(bytes(got));
    if (length == PeerHeader.BROKEN
        || (length == PeerHeader.INCOMPLETE && (events & ENDED) != 0)
        || (length > 0 && socket.recv(length) != length)) {
      refuse();
    } else if (length > 0) {
      read(bytes(length));
    }
  }

  private void read(byte[] header) {
    PeerHeader said;
    try {
      said = PeerHeader.decode(header);
    } catch (DecoderException _) {
      refuse();
      return;
    }
    if (end()) {
      gate.read(this, said);
    }
  }

  private void refuse() {
    if (end()) {
      gate.refused(this);
    }
  }

  private boolean end() {
    Future<?> running = deadline;
    if (running != null) {
      running.cancel(false);
    }
    boolean first = !over;
    over = true;
    return first;
  }

  private byte[] bytes(int length) {
    return gate.sessions().memory().buffer().asSlice(0, length).toArray(JAVA_BYTE);
  }
}
