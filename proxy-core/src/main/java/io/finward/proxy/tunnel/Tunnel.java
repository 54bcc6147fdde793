package io.finward.proxy.tunnel;

import io.finward.linux.epoll.EpollEvents;
import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.PipePool;
import io.finward.linux.socket.StreamSocket;
import io.finward.linux.socket.UsedSockets;
import io.finward.proxy.session.Side;
import io.netty.channel.IoEventLoop;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Relays between the two sockets of a session and owns them until both are closed.
 *
 * <p>Each direction ends on its own by FIN; when both have ended the sockets are closed. When a
 * connection breaks, the bytes it delivered before are still handed to the other side, their
 * acknowledgement is awaited (a RST would throw away what is in the send queue), and then the other
 * side gets a RST.
 *
 * <p>Belongs to the event loop.
 */
public final class Tunnel {
  private static final long FIRST_CHECK_MILLIS = 1;
  private static final long LAST_CHECK_MILLIS = 64;

  /**
   * After more than that a socket is not worth to be used again: the kernel has fitted its buffers
   * to that one connection.
   */
  private static final long SHORT_BYTES = 256 * 1024;

  /** How long the RST waits for a reader that takes nothing, in milliseconds. */
  private static final long STALLED_MILLIS = 30_000;

  /**
   * What a tunnel uses of its loop.
   *
   * @param loop the loop of both sockets
   * @param memory its memory
   * @param pipes its pipes
   * @param stashes what its slow readers may keep
   * @param used its sockets that can be connected again
   */
  public record Loop(
      IoEventLoop loop, LoopMemory memory, PipePool pipes, StashBudget stashes, UsedSockets used) {}

  private final Loop loop;
  private final Direction fromClient;
  private final Direction fromServer;
  private final TunnelEvents events;
  private @Nullable Side broken;
  private boolean closed;
  private boolean continuing;
  private boolean awaitingAcknowledgement;

  /** Takes over two connected sockets. Nothing moves before {@link #pump}. */
  public Tunnel(Loop loop, StreamSocket client, StreamSocket server, TunnelEvents events) {
    this.loop = loop;
    this.events = events;
    fromClient = new Direction(client, server, loop);
    fromServer = new Direction(server, client, loop);
  }

  /** Bytes received from a side. */
  public long bytesFrom(Side side) {
    return from(side).bytes();
  }

  /** The side whose connection broke first; null while none has. */
  public @Nullable Side broken() {
    return broken;
  }

  /** Bytes, a FIN counted as one, that were sent to a side and not acknowledged yet. */
  public int unacknowledged(Side side) {
    return socket(side).unacknowledged();
  }

  /**
   * What goes to the other side first: bytes of our own, and then those that were read from a side
   * before the tunnel began. To be called before the first {@link #pump}, at most once for a side,
   * with at least one byte.
   *
   * @param own how many of them are our own; nobody counts them
   */
  public void begin(Side side, MemorySegment first, int own) {
    from(side).begin(first, own);
    if (first.byteSize() > own) {
      events.firstBytes(side);
    }
  }

  /** Takes note of what epoll said of a side; {@link #pump} acts on it. */
  public void note(Side side, int bits) {
    Direction inbound = from(side);
    if ((bits & EpollEvents.EPOLLOUT) != 0) {
      from(side.other()).writable();
    }
    if ((bits & EpollEvents.EPOLLPRI) != 0) {
      inbound.urgent();
    }
    if ((bits & (EpollEvents.EPOLLRDHUP | EpollEvents.EPOLLHUP | EpollEvents.EPOLLERR)) != 0) {
      inbound.endIsNear();
    }
    if ((bits & (EpollEvents.EPOLLRDHUP | EpollEvents.EPOLLERR)) == EpollEvents.EPOLLRDHUP) {
      inbound.finArrived();
    }
    if ((bits & ~EpollEvents.EPOLLOUT) != 0) {
      inbound.readable();
    }
    if ((bits & EpollEvents.EPOLLERR) != 0 && socket(side).takeError() != 0) {
      sideBroke(side);
    }
  }

  /** Moves what can be moved, in both directions. */
  public void pump() {
    if (closed) {
      return;
    }
    boolean more = step(Side.CLIENT);
    if (!closed) {
      more |= step(Side.SERVER);
    }
    if (closed) {
      return;
    }
    if (broken != null) {
      finishBroken(broken);
    } else if (fromClient.finSent() && fromServer.finSent()) {
      end();
    }
    if (more && !continuing && !closed) {
      continuing = true;
      loop.loop().execute(this::resume);
    }
  }

  /** Ends at once: RST to both sides. */
  public void reset() {
    if (!closed) {
      fromClient.cut();
      fromServer.cut();
      socket(Side.CLIENT).reset();
      socket(Side.SERVER).reset();
      closed();
    }
  }

  /** Gives both sockets up as {@code close(2)} does: their stacks answer what still comes. */
  public void close() {
    if (!closed) {
      fromClient.cut();
      fromServer.cut();
      socket(Side.CLIENT).close();
      socket(Side.SERVER).close();
      closed();
    }
  }

  /** Both ends have been passed on, but for what {@code close(2)} sends. */
  private void end() {
    StreamSocket server = socket(Side.SERVER);
    socket(Side.CLIENT).close();
    if (fromClient.bytes() + fromServer.bytes() <= SHORT_BYTES) {
      server.retire(loop.used());
    } else {
      server.close();
    }
    closed();
  }

  private void resume() {
    continuing = false;
    pump();
  }

  /** Pumps one direction; returns whether it has more to do. */
  private boolean step(Side from) {
    Direction direction = from(from);
    long before = direction.bytes();
    boolean finBefore = direction.finReceived();
    boolean sentBefore = direction.finSent();
    Direction.Outcome outcome = direction.pump(loop.memory(), from(from.other()).finSent());
    if (before == 0 && direction.bytes() > 0) {
      events.firstBytes(from);
    }
    if (!finBefore && direction.finReceived()) {
      events.finReceived(from);
    }
    if (!sentBefore && direction.finSent()) {
      events.finSent(from.other());
    }
    switch (outcome) {
      case WAITING, ENDED -> {}
      case AGAIN -> {
        return true;
      }
      case SOURCE_BROKEN -> sideBroke(from);
      case SINK_BROKEN -> {
        sideBroke(from.other());
        return true;
      }
    }
    return false;
  }

  private void sideBroke(Side side) {
    if (broken == null && !closed) {
      broken = side;
      // What goes to the broken side goes nowhere; what it delivered is still drained.
      from(side.other()).cut();
      from(side).readable();
      from(side).endIsNear();
      events.broken(side, socket(side).failure());
    }
  }

  private void finishBroken(Side side) {
    Direction inbound = from(side);
    Side other = side.other();
    if (socket(other).failure() != 0 || socket(other).takeError() != 0) {
      reset();
    } else if (inbound.over() && !awaitingAcknowledgement) {
      awaitingAcknowledgement = true;
      resetWhenAcknowledged(socket(other), Integer.MAX_VALUE, FIRST_CHECK_MILLIS, 0);
    }
  }

  /** No event tells of an empty send queue (SIOCOUTQ), so look at it, ever more rarely. */
  private void resetWhenAcknowledged(StreamSocket socket, int last, long delay, long stalled) {
    if (closed) {
      return;
    }
    int left = socket.unacknowledged();
    long waited = left < last ? 0 : stalled + delay;
    if (left == 0 || waited > STALLED_MILLIS) {
      reset();
      return;
    }
    long next = Math.min(delay * 2, LAST_CHECK_MILLIS);
    var _ =
        loop.loop()
            .schedule(
                () -> resetWhenAcknowledged(socket, left, next, waited),
                delay,
                TimeUnit.MILLISECONDS);
  }

  private void closed() {
    closed = true;
    events.closed();
  }

  private Direction from(Side side) {
    return side == Side.CLIENT ? fromClient : fromServer;
  }

  private StreamSocket socket(Side side) {
    return from(side).source();
  }
}
