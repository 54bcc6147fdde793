package io.finward.proxy.tls;

import io.finward.linux.epoll.EpollEvents;
import io.finward.linux.libc.Errno;
import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.Pipe;
import io.finward.linux.socket.StreamSocket;
import io.finward.linux.socket.TcpSocket;
import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A client's end of TLS over a {@link TcpSocket}, which it owns. A FIN goes as close_notify and a
 * FIN, and only the peer's close_notify counts as one: without it what came may have been cut short
 * (RFC 8446, 6.1), and the connection counts as broken.
 *
 * <p>At most one send's bytes wait in our memory for the socket to take them; no more are taken
 * before. Belongs to the event loop.
 */
public final class TlsSocket implements StreamSocket {
  /** How long a closed socket may take to accept our last bytes. */
  private static final long LINGER_SECONDS = 30;

  /**
   * What a channel goes on with.
   *
   * @param fd the channel's to close
   * @param handler the first of the channel's pipeline
   */
  public record Detached(int fd, TlsHandler handler) {}

  private final TcpSocket tcp;
  private final IoEventLoop loop;
  private final LoopMemory memory;
  private final TlsRecords records;
  private @Nullable Ready outer;
  private @Nullable TlsShake shake;
  private @Nullable Consumer<@Nullable String> wanted;
  private @Nullable Future<?> linger;
  private int failure;
  private boolean finWanted;
  private boolean closed;

  private TlsSocket(TcpSocket tcp, IoEventLoop loop, LoopMemory memory, TlsRecords records) {
    this.tcp = tcp;
    this.loop = loop;
    this.memory = memory;
    this.records = records;
  }

  /**
   * Lays TLS over a connected socket, and says hello.
   *
   * @param tcp on the loop; taken over
   * @param told once the server is who it must be, with null, or why it is not: then the socket is
   *     still to be closed. On the loop, possibly within this call; not after a close
   */
  public static TlsSocket over(
      TcpSocket tcp,
      IoEventLoop loop,
      LoopMemory memory,
      TlsTrust trust,
      int port,
      Consumer<@Nullable String> told) {
    TlsSocket socket = new TlsSocket(tcp, loop, memory, new TlsRecords(trust.engine(port)));
    socket.wanted = told;
    socket.shake = new TlsShake(tcp, loop, memory, socket.records, socket::flush, socket::shaken);
    tcp.handTo(socket::ready);
    return socket;
  }

  /** Goes on with a connection whose records somebody else has read until now. */
  static TlsSocket goOn(TcpSocket tcp, IoEventLoop loop, LoopMemory memory, TlsRecords records) {
    return new TlsSocket(tcp, loop, memory, records);
  }

  @Override
  public void register(IoEventLoop home, Ready ready) {
    outer = ready;
    tcp.register(home, this::ready);
  }

  @Override
  public void handTo(Ready ready) {
    outer = ready;
    tcp.handTo(this::ready);
  }

  private void ready(StreamSocket socket, int events) {
    int told = events & ~EpollEvents.EPOLLPRI;
    if ((events & EpollEvents.EPOLLOUT) != 0 && flush() != 0) {
      told &= ~EpollEvents.EPOLLOUT;
    }
    Ready to = outer;
    if (closed) {
      lingering(events);
    } else if (shake != null && wanted != null) {
      shake.goOn();
    } else if (to != null) {
      boolean known = records.readable() > 0 || records.ended();
      to.onReady(this, known ? told | EpollEvents.EPOLLIN : told);
    }
  }

  private void shaken(@Nullable String problem) {
    Consumer<@Nullable String> told = wanted;
    wanted = null;
    if (told != null) {
      told.accept(problem);
    }
  }

  @Override
  public int recv(int limit) {
    decode();
    while (records.readable() < limit && !records.ended() && failure == 0) {
      int got = tcp.recv(LoopMemory.BUFFER_SIZE);
      if (got == -Errno.EAGAIN) {
        break;
      }
      if (got <= 0) {
        failure = got < 0 ? -got : Errno.ECONNRESET;
        break;
      }
      records.feed(memory.buffer().asSlice(0, got).asByteBuffer());
      decode();
    }
    int count = Math.min(records.readable(), limit);
    records.take(memory.buffer().asSlice(0, count).asByteBuffer());
    return count > 0 || endFollows() ? count : -Errno.EAGAIN;
  }

  private void decode() {
    try {
      records.decode();
    } catch (SSLException _) {
      failure = Errno.EPROTO;
    }
    flush();
  }

  @Override
  public boolean endFollows() {
    return failure() != 0 || (records.ended() && records.readable() == 0);
  }

  @Override
  public int send(MemorySegment bytes, int length) {
    int left = flush();
    if (left != 0) {
      return left;
    }
    try {
      records.encode(bytes.asSlice(0, length).asByteBuffer());
    } catch (SSLException _) {
      // Of TLS 1.2: the server's close_notify has ended this direction as well.
      failure = Errno.EPIPE;
      return -Errno.EPIPE;
    }
    int answer = flush();
    return answer == 0 || answer == -Errno.EAGAIN ? length : answer;
  }

  @Override
  public int sendLast(MemorySegment bytes, int length) {
    return send(bytes, length);
  }

  /** Sends what waits. Returns 0 when nothing is left, or {@code -errno}. */
  private int flush() {
    for (ByteBuf waiting = records.outgoing(); waiting != null; waiting = records.outgoing()) {
      int length = waiting.readableBytes();
      int sent = tcp.send(MemorySegment.ofBuffer(waiting.nioBuffer()), length);
      if (sent <= 0) {
        return sent == 0 ? -Errno.EAGAIN : sent;
      }
      waiting.skipBytes(sent);
    }
    if (finWanted) {
      finWanted = false;
      tcp.shutdownWrite();
    }
    return 0;
  }

  @Override
  public int sendUrgent(MemorySegment oneByte) {
    return send(oneByte, 1);
  }

  @Override
  public boolean atUrgentMark() {
    return false;
  }

  @Override
  public boolean splices() {
    return false;
  }

  @Override
  public int spliceTo(Pipe pipe) {
    return -Errno.EINVAL;
  }

  @Override
  public int spliceFrom(Pipe pipe) {
    return -Errno.EINVAL;
  }

  @Override
  public int shutdownWrite() {
    records.end();
    finWanted = true;
    flush();
    return 0;
  }

  @Override
  public int unacknowledged() {
    ByteBuf waiting = records.outgoing();
    return (waiting == null ? 0 : waiting.readableBytes()) + tcp.unacknowledged();
  }

  @Override
  public int takeError() {
    return tcp.takeError();
  }

  @Override
  public int failure() {
    return failure == 0 ? tcp.failure() : failure;
  }

  @Override
  public @Nullable InetSocketAddress localAddress() {
    return tcp.localAddress();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (shake != null && shake.abandon()) {
      tcp.close();
      return;
    }
    if (failure() == 0) {
      records.end();
    }
    if (flush() == -Errno.EAGAIN) {
      linger = loop.schedule(this::giveUp, LINGER_SECONDS, TimeUnit.SECONDS);
    } else {
      gone();
      tcp.close();
    }
  }

  private void lingering(int events) {
    Future<?> running = linger;
    if (running != null && ((events & EpollEvents.EPOLLERR) != 0 || flush() != -Errno.EAGAIN)) {
      running.cancel(false);
      linger = null;
      gone();
      tcp.close();
    }
  }

  private void giveUp() {
    if (linger != null) {
      linger = null;
      gone();
      tcp.reset();
    }
  }

  @Override
  public void reset() {
    if (!closed) {
      closed = true;
      tcp.reset();
      if (shake == null || !shake.abandon()) {
        gone();
      }
    }
  }

  private void gone() {
    finWanted = false;
    records.release();
  }

  /**
   * Gives the connection away to a channel; the hands are shaken.
   *
   * @return null when descriptors have run out, and then it is still ours
   */
  public @Nullable Detached detach() {
    int fd = tcp.detach();
    if (fd < 0) {
      return null;
    }
    closed = true;
    return new Detached(fd, new TlsHandler(records));
  }
}
