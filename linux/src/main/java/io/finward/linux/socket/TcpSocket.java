package io.finward.linux.socket;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.finward.linux.epoll.EpollEvents;
import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.libc.Libc;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connected, or connecting, non-blocking TCP socket on an event loop, edge-triggered.
 *
 * <p>Calls return the kernel's answer: zero or more, or {@code -errno}. A failure of the connection
 * (anything but EAGAIN) is remembered in {@link #failure()}, because the kernel tells it only once:
 * after it, {@code recv} answers 0 and a RST would look like a FIN (net/ipv4/tcp.c, sock_error).
 *
 * <p>All methods belong to the event loop. The owner closes it, by {@link #close} or {@link
 * #reset}.
 */
public final class TcpSocket implements EpollIoHandle, StreamSocket {
  private static final Logger LOG = LoggerFactory.getLogger(TcpSocket.class);

  private static final EpollIoOps INTEREST =
      EpollIoOps.valueOf(
          EpollEvents.EPOLLIN
              | EpollEvents.EPOLLOUT
              | EpollEvents.EPOLLRDHUP
              | EpollEvents.EPOLLPRI
              | EpollEvents.EPOLLET);

  private static final int SOCK_STREAM = 1;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_OOB = 0x1;
  private static final int MSG_MORE = 0x8000;
  private static final int MSG_PEEK = 0x2;
  private static final int SHUT_WR = 1;
  private static final int AF_UNSPEC = 0;
  private static final int TCP_CLOSE = 7;
  private static final int TCPI_OPT_TIMESTAMPS = 1;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int SPLICE_F_MOVE_NONBLOCK = 0x1 | 0x2;

  /** Every path takes segments of so many bytes (RFC 9293, 3.7.1, less room for options). */
  private static final int SMALLEST_SEGMENT = 500;

  private static final long SIOCATMARK = 0x8905;
  private static final long SIOCOUTQ = 0x5411;

  private final LoopMemory memory;
  private final byte family;
  private final int fd;
  private boolean open = true;
  private @Nullable Ready ready;
  private @Nullable IoRegistration registration;
  private UsedSockets.@Nullable Ends again;
  private int failure;
  private boolean hungUp;
  private boolean begunAgain;
  private Nagle nagle;

  /** How far the end of a connection has come. */
  enum Ending {
    /** A FIN is not acknowledged yet. */
    UNDER_WAY,
    /** The socket can be connected again. */
    REUSABLE,
    /** The socket has to be closed. */
    OVER
  }

  /** Whether small segments may have to wait for an acknowledgement (RFC 9293, 3.7.4). */
  private enum Nagle {
    OFF,
    /** On, and nothing is under way yet that a segment could wait for. */
    UNUSED,
    /** On, and something may be under way. */
    ON
  }

  private TcpSocket(LoopMemory memory, int family, int number, Nagle nagle) {
    this.memory = memory;
    this.family = (byte) family;
    this.nagle = nagle;
    this.fd = number;
  }

  /**
   * Takes over a descriptor that accept4 returned, non-blocking and without Nagle's algorithm, as
   * its listener.
   */
  static TcpSocket adopt(LoopMemory memory, int family, int number) {
    return new TcpSocket(memory, family, number, Nagle.OFF);
  }

  /**
   * Opens a socket for a connection to {@code remote}, with urgent bytes in line, so that none is
   * lost. Nagle's algorithm delays nothing: it is switched off before it could, which most
   * connections with one short request never need.
   *
   * @throws KernelException EMFILE or ENFILE when descriptors have run out
   */
  public static TcpSocket open(LoopMemory memory, InetSocketAddress remote) throws KernelException {
    int family =
        remote.getAddress().getAddress().length == 4
            ? SocketAddresses.AF_INET
            : SocketAddresses.AF_INET6;
    int number = Libc.socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    KernelException.check(number, "socket");
    TcpSocket socket = new TcpSocket(memory, family, number, Nagle.UNUSED);
    socket.set(SocketOptions.SOL_SOCKET, SocketOptions.SO_OOBINLINE, 1);
    return socket;
  }

  @Override
  public void register(IoEventLoop loop, Ready ready) {
    if (begunAgain) {
      // In epoll, and nothing was said of the new connection yet.
      this.ready = ready;
      return;
    }
    if (registration != null) {
      handTo(ready);
      return;
    }
    this.ready = ready;
    Future<IoRegistration> joined = loop.register(this);
    // On its own loop the answer is there at once.
    IoRegistration now = joined.getNow();
    if (now == null) {
      throw new IllegalStateException("not on the loop, or it is shut down", joined.cause());
    }
    registration = now;
    now.submit(INTEREST);
  }

  @Override
  public void handTo(Ready ready) {
    IoRegistration joined = registration;
    if (joined == null) {
      throw new IllegalStateException("on no loop (expected: registered before)");
    }
    this.ready = ready;
    // EPOLL_CTL_MOD reports the present state again, edge-triggered or not (fs/eventpoll.c).
    joined.submit(INTEREST);
  }

  /**
   * Gives the connection away as a new descriptor that is in no epoll, and leaves the loop. A
   * duplicate, because a descriptor taken out of epoll and put in again by two owners in one turn
   * of the loop may meet the other's stale registration.
   *
   * @return the descriptor, the caller's to close, or {@code -errno}, and then it is still ours
   */
  public int detach() {
    if (nagle != Nagle.OFF) {
      switchNagleOff();
    }
    int copy = Libc.fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy >= 0) {
      IoRegistration joined = registration;
      if (joined != null) {
        // While it is open: epoll forgets a description only when its last descriptor is closed.
        joined.cancel();
      }
      open = false;
      Descriptor.close(fd, null);
    }
    return copy;
  }

  /**
   * A socket of its own on the connection that another descriptor has too, accepted or detached
   * from one of ours; null when descriptors have run out.
   *
   * @param peer the connection's peer
   * @param number stays its owner's
   */
  public static @Nullable TcpSocket duplicate(
      LoopMemory memory, InetSocketAddress peer, int number) {
    int copy = Libc.fcntl(number, F_DUPFD_CLOEXEC, 0);
    int family =
        peer.getAddress().getAddress().length == 4
            ? SocketAddresses.AF_INET
            : SocketAddresses.AF_INET6;
    return copy < 0 ? null : new TcpSocket(memory, family, copy, Nagle.OFF);
  }

  /**
   * Whether a non-blocking connection is there and nothing has come on it that was not read: no
   * byte, no FIN, no failure.
   *
   * @param number its descriptor, which stays its owner's
   */
  public static boolean isSilent(LoopMemory memory, int number) {
    return Libc.recv(number, memory.buffer(), 1, MSG_PEEK) == -Errno.EAGAIN;
  }

  @Override
  public FileDescriptor fd() {
    return new Descriptor(fd, open);
  }

  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    Ready told = ready;
    if (told == null || !open) {
      return;
    }
    int events = ((EpollIoEvent) event).ops().value();
    if ((events & EpollEvents.EPOLLHUP) != 0) {
      if (begunAgain && ((events & EpollEvents.EPOLLERR) == 0 || ending() == Ending.UNDER_WAY)) {
        // Of the connection before: a new one hangs up with an error, when it has failed.
        return;
      }
      hungUp = true;
    }
    begunAgain = false;
    try {
      told.onReady(this, events);
    } catch (RuntimeException | AssertionError e) {
      // Out of here it would put the loop to sleep for a second (netty-transport, IoHandler.run).
      LOG.error("a bug ended a session", e);
      reset();
    }
  }

  /** Marks every packet of the socket; rules and routing see it as {@code meta mark}. */
  public int setMark(int mark) {
    return set(SocketOptions.SOL_SOCKET, SocketOptions.SO_MARK, mark);
  }

  /** Lets the socket bind addresses that are not local. Needs CAP_NET_RAW or CAP_NET_ADMIN. */
  public int setTransparent() {
    return family == SocketAddresses.AF_INET
        ? set(SocketOptions.SOL_IP, SocketOptions.IP_TRANSPARENT, 1)
        : set(SocketOptions.SOL_IPV6, SocketOptions.IPV6_TRANSPARENT, 1);
  }

  /**
   * Binds somebody else's address and a port, which may be another socket's as long as that one is
   * connected to elsewhere.
   *
   * @return 0; or EADDRINUSE, negated, when somebody listens there
   */
  public int bindForeign(InetSocketAddress local) {
    set(SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEADDR, 1);
    int length = SocketAddresses.encode(local, family, memory.address());
    return Libc.bind(fd, memory.address(), length);
  }

  /**
   * Binds an address of this machine; the port is chosen by {@link #connect}, so that one port may
   * serve connections to many destinations.
   *
   * @return 0; or EADDRNOTAVAIL, negated, when it is no address of this machine
   */
  public int bind(InetAddress local) {
    // Of the IPv4 level for both families (net/ipv4/ip_sockglue.c).
    set(SocketOptions.SOL_IP, SocketOptions.IP_BIND_ADDRESS_NO_PORT, 1);
    int length = SocketAddresses.encode(new InetSocketAddress(local, 0), family, memory.address());
    return Libc.bind(fd, memory.address(), length);
  }

  /** Asks for a receive buffer of so many bytes; the kernel takes twice as many for its own. */
  public int setReceiveBuffer(int bytes) {
    return set(SocketOptions.SOL_SOCKET, SocketOptions.SO_RCVBUF, bytes);
  }

  /**
   * Begins to connect; {@code -EINPROGRESS} is the usual answer, and EPOLLOUT or EPOLLERR ends it.
   */
  public int connect(InetSocketAddress remote) {
    int length = SocketAddresses.encode(remote, family, memory.address());
    return Libc.connect(fd, memory.address(), length);
  }

  /**
   * The socket connects these and can do it again after that: it has no option that another
   * connection between them should not have.
   */
  public void mayServeAgain(UsedSockets.Ends ends) {
    again = ends;
  }

  @Override
  public void retire(UsedSockets used) {
    UsedSockets.Ends ends = again;
    if (ends == null || failure != 0 || registration == null || !used.keep(this, ends)) {
      close();
    }
  }

  /**
   * Sends a FIN if none was sent; {@code ready} is told of what comes after it.
   *
   * @return whether EPOLLHUP was told already, and is not going to be
   */
  boolean part(Ready ready) {
    this.ready = ready;
    if (!hungUp) {
      shutdownWrite();
    }
    return hungUp;
  }

  /** Looks how far the end of a connection has come that has ended in order on our side. */
  Ending ending() {
    MemorySegment info = memory.value();
    int answer =
        Libc.getsockopt(fd, SocketOptions.SOL_TCP, SocketOptions.TCP_INFO, info, memory.length(8));
    // struct tcp_info (linux/tcp.h): tcpi_state and tcpi_options
    if (answer == 0 && info.get(JAVA_BYTE, 0) != TCP_CLOSE) {
      return Ending.UNDER_WAY;
    }
    boolean timestamps = answer == 0 && (info.get(JAVA_BYTE, 5) & TCPI_OPT_TIMESTAMPS) != 0;
    return timestamps ? Ending.REUSABLE : Ending.OVER;
  }

  /**
   * Makes a socket whose connection has ended as good as new; the next call is {@link #connect}.
   * Returns whether it worked.
   */
  boolean beginAgain() {
    hungUp = false;
    begunAgain = true;
    if (nagle == Nagle.ON) {
      nagle = Nagle.UNUSED;
    }
    memory.address().set(JAVA_SHORT, 0, (short) AF_UNSPEC);
    return Libc.connect(fd, memory.address(), SocketAddresses.IN_LENGTH) == 0;
  }

  @Override
  public int recv(int limit) {
    return (int) noted(Libc.recv(fd, memory.buffer(), limit, 0));
  }

  @Override
  public boolean endFollows() {
    // The kernel tells of a FIN by EPOLLRDHUP.
    return false;
  }

  @Override
  public boolean splices() {
    return true;
  }

  /**
   * Copies what has come into the loop's buffer and leaves it in the socket: epoll, edge-triggered,
   * tells of the socket again when more comes, and not before.
   *
   * @param limit at most so many bytes, up to {@link LoopMemory#BUFFER_SIZE}
   * @return as {@link #recv}
   */
  public int peek(int limit) {
    return (int) noted(Libc.recv(fd, memory.buffer(), limit, MSG_PEEK));
  }

  @Override
  public int send(MemorySegment bytes, int length) {
    aboutToSend(length);
    return (int) noted(Libc.send(fd, bytes, length, MSG_NOSIGNAL));
  }

  /**
   * {@inheritDoc}
   *
   * <p>MSG_MORE holds them back until then, and one segment carries them and the FIN
   * (net/ipv4/tcp_output.c, tcp_send_fin).
   */
  @Override
  public int sendLast(MemorySegment bytes, int length) {
    return (int) noted(Libc.send(fd, bytes, length, MSG_NOSIGNAL | MSG_MORE));
  }

  /** Sends one byte as urgent data (RFC 9293, 3.8.5); returns 1 when the kernel took it. */
  @Override
  public int sendUrgent(MemorySegment oneByte) {
    aboutToSend(1);
    return (int) noted(Libc.send(fd, oneByte, 1, MSG_NOSIGNAL | MSG_OOB));
  }

  /** Whether the next byte to read is the urgent one. */
  @Override
  public boolean atUrgentMark() {
    MemorySegment value = memory.value();
    return Libc.ioctl(fd, SIOCATMARK, value) >= 0 && value.get(JAVA_INT, 0) == 1;
  }

  /**
   * Moves bytes into a pipe without copying. 0 and EAGAIN do not prove that there are none: urgent
   * data stops splice for good, so confirm both by {@link #recv} (net/ipv4/tcp.c, tcp_read_sock).
   */
  @Override
  public int spliceTo(Pipe pipe) {
    long moved = Libc.splice(fd, pipe.writeEnd(), pipe.room(), SPLICE_F_MOVE_NONBLOCK);
    if (moved > 0) {
      pipe.added((int) moved);
    }
    return (int) noted(moved);
  }

  /** Moves bytes out of a pipe; returns how many the kernel took. */
  @Override
  public int spliceFrom(Pipe pipe) {
    aboutToSend(pipe.size());
    long moved = Libc.splice(pipe.readEnd(), fd, pipe.size(), SPLICE_F_MOVE_NONBLOCK);
    if (moved > 0) {
      pipe.taken((int) moved);
    }
    return (int) noted(moved);
  }

  /** Sends a FIN after everything that was sent before. The other direction stays open. */
  @Override
  public int shutdownWrite() {
    return Libc.shutdown(fd, SHUT_WR);
  }

  /** Bytes, the FIN counted as one, that the peer's stack has not acknowledged. */
  @Override
  public int unacknowledged() {
    MemorySegment value = memory.value();
    return Libc.ioctl(fd, SIOCOUTQ, value) < 0 ? 0 : value.get(JAVA_INT, 0);
  }

  /**
   * Asks the kernel for the socket's pending error, once; 0 when there is none. See {@link Errno}.
   */
  @Override
  public int takeError() {
    MemorySegment value = memory.value();
    int answer =
        Libc.getsockopt(
            fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_ERROR, value, memory.length(4));
    int error = answer < 0 ? -answer : value.get(JAVA_INT, 0);
    if (error != 0 && failure == 0) {
      failure = error;
    }
    return error;
  }

  /** What broke the connection, as a positive error number; 0 while nothing has. */
  @Override
  public int failure() {
    return failure;
  }

  /** The local address; null when the kernel does not tell. */
  @Override
  public @Nullable InetSocketAddress localAddress() {
    return askName() < 0 ? null : memory.decoded();
  }

  /** The local address of an accepted socket, which others that were accepted there share. */
  public @Nullable InetSocketAddress acceptedAt() {
    return askName() < 0 ? null : memory.decodedServer();
  }

  private int askName() {
    return Libc.getsockname(fd, memory.address(), memory.length(SocketAddresses.MAX_LENGTH));
  }

  /**
   * Where the peer meant to go before REDIRECT or DNAT: SO_ORIGINAL_DST, which looks the conntrack
   * entry up now (net/netfilter/nf_conntrack_proto.c).
   *
   * @return null when there is no entry
   */
  public @Nullable InetSocketAddress originalDestination(InetSocketAddress peer) {
    boolean ipv4 = peer.getAddress().getAddress().length == 4;
    int answer =
        Libc.getsockopt(
            fd,
            ipv4 ? SocketOptions.SOL_IP : SocketOptions.SOL_IPV6,
            SocketOptions.SO_ORIGINAL_DST,
            memory.address(),
            memory.length(ipv4 ? 16 : SocketAddresses.MAX_LENGTH));
    return answer < 0 ? null : memory.decodedServer();
  }

  /** Closes as {@code close(2)} does: a FIN if none was sent, a RST if unread bytes are left. */
  @Override
  public void close() {
    if (open) {
      open = false;
      Descriptor.close(fd, registration);
    }
  }

  /**
   * Closes without a packet (tcp(7), TCP_REPAIR; net/ipv4/tcp.c, tcp_close). Needs CAP_NET_ADMIN;
   * without it this is {@link #reset}.
   */
  public void vanish() {
    if (open && set(SocketOptions.SOL_TCP, SocketOptions.TCP_REPAIR, 1) < 0) {
      reset();
    } else {
      close();
    }
  }

  /** Closes with a RST, whatever was unsent is dropped. */
  @Override
  public void reset() {
    if (!open) {
      return;
    }
    MemorySegment linger = memory.value();
    linger.set(JAVA_INT, 0, 1);
    linger.set(JAVA_INT, 4, 0);
    Libc.setsockopt(fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_LINGER, linger, 8);
    close();
  }

  /**
   * Only what follows something unacknowledged may be delayed: a second write, or the end of one
   * that takes more than a segment.
   */
  private void aboutToSend(int length) {
    switch (nagle) {
      case OFF -> {}
      case UNUSED -> {
        nagle = Nagle.ON;
        if (length > SMALLEST_SEGMENT) {
          switchNagleOff();
        }
      }
      case ON -> switchNagleOff();
    }
  }

  private void switchNagleOff() {
    nagle = Nagle.OFF;
    set(SocketOptions.SOL_TCP, SocketOptions.TCP_NODELAY, 1);
  }

  private long noted(long answer) {
    if (answer < 0 && answer != -Errno.EAGAIN && failure == 0) {
      failure = (int) -answer;
    }
    return answer;
  }

  private int set(int level, int option, int value) {
    memory.value().set(JAVA_INT, 0, value);
    return Libc.setsockopt(fd, level, option, memory.value(), 4);
  }
}
