package io.finward.linux.socket;

import io.netty.channel.IoEventLoop;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection, non-blocking and edge-triggered on an event loop: a {@link TcpSocket},
 * or what somebody lays over one.
 *
 * <p>Calls return the kernel's answer: zero or more, or {@code -errno}. All belong to the event
 * loop. The owner closes it, by {@link #close} or {@link #reset}.
 */
public interface StreamSocket {
  /** Told when there is news. */
  @FunctionalInterface
  interface Ready {
    /**
     * The socket has news.
     *
     * @param events the bits of {@link io.finward.linux.epoll.EpollEvents}
     */
    void onReady(StreamSocket socket, int events);
  }

  /**
   * Joins the loop: {@code ready} is told of everything from now on, the present state included.
   * Does what {@link #handTo} does when it has joined before.
   */
  void register(IoEventLoop loop, Ready ready);

  /** {@code ready} is told from now on instead, the present state included. */
  void handTo(Ready ready);

  /**
   * Reads into the loop's buffer.
   *
   * @param limit at most so many bytes, up to {@link LoopMemory#BUFFER_SIZE}
   * @return the bytes read; fewer than {@code limit} when there are no more now. 0 after the end
   *     or, when {@link #failure()} is set, after the failure
   */
  int recv(int limit);

  /** Whether the end or a failure has been read behind the last bytes: no event tells of it. */
  boolean endFollows();

  /** Sends bytes; returns how many were taken. */
  int send(MemorySegment bytes, int length);

  /**
   * Sends the last bytes before {@link #shutdownWrite} or {@link #close}, which has to follow in
   * the same turn of the loop; returns how many were taken.
   */
  int sendLast(MemorySegment bytes, int length);

  /** Sends one byte as urgent data where there is such a thing; returns 1 when it was taken. */
  int sendUrgent(MemorySegment oneByte);

  /** Whether the next byte to read is the urgent one. */
  boolean atUrgentMark();

  /** Whether {@link #spliceTo} and {@link #spliceFrom} are to be tried. */
  boolean splices();

  /** Moves bytes into a pipe; 0 and EAGAIN do not prove that there are none. */
  int spliceTo(Pipe pipe);

  /** Moves bytes out of a pipe; returns how many were taken. */
  int spliceFrom(Pipe pipe);

  /** Ends this direction after everything that was sent before. The other one stays open. */
  int shutdownWrite();

  /** Bytes, an end counted as one, that the peer has not acknowledged. */
  int unacknowledged();

  /** Asks for the pending error, once; 0 when there is none. */
  int takeError();

  /** What broke the connection, as a positive error number; 0 while nothing has. */
  int failure();

  /** The local address; null when the kernel does not tell. */
  @Nullable InetSocketAddress localAddress();

  /** Ends it in order: what was sent still goes, and the end after it. */
  void close();

  /**
   * Ends it as {@link #close} does, once both ends have been read and sent; what it was made of may
   * serve another connection.
   */
  default void retire(UsedSockets used) {
    close();
  }

  /** Ends it with a RST, whatever was unsent is dropped. */
  void reset();
}
