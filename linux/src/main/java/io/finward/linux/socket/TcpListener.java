package io.finward.linux.socket;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.finward.linux.epoll.EpollEvents;
import io.finward.linux.libc.KernelException;
import io.finward.linux.libc.Libc;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening TCP socket on an event loop, edge-triggered. Several may share an address and port by
 * SO_REUSEPORT, one for each loop. What accepted sockets inherit is set here: no Nagle, urgent
 * bytes in line, and IP_TRANSPARENT where asked for.
 *
 * <p>{@link #open} may be called anywhere; everything else belongs to the loop.
 */
public final class TcpListener implements EpollIoHandle {
  private static final Logger LOG = LoggerFactory.getLogger(TcpListener.class);
  private static final EpollIoOps INTEREST =
      EpollIoOps.valueOf(EpollEvents.EPOLLIN | EpollEvents.EPOLLET);
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_NONBLOCK_CLOEXEC = 0x800 | 0x80000;

  private final int fd;
  private final int family;
  private final LoopMemory memory;
  private @Nullable Runnable ready;
  private @Nullable IoRegistration registration;
  private boolean open = true;

  private TcpListener(int number, int family, LoopMemory memory) {
    this.fd = number;
    this.family = family;
    this.memory = memory;
  }

  /**
   * How a listening socket is opened.
   *
   * @param bind the address; {@code [::]} takes IPv4 too
   * @param transparent whether it takes connections to addresses that are not local
   * @param shared whether other sockets may listen there too (SO_REUSEPORT)
   * @param backlog connections the kernel queues; it caps them at {@code net.core.somaxconn}
   */
  public record Options(InetSocketAddress bind, boolean transparent, boolean shared, int backlog) {}

  /**
   * Opens, binds and listens.
   *
   * @throws KernelException EADDRINUSE, EACCES for a low port without CAP_NET_BIND_SERVICE, EPERM
   *     for a transparent socket without CAP_NET_RAW or CAP_NET_ADMIN
   */
  public static TcpListener open(Options options, LoopMemory memory) throws KernelException {
    InetSocketAddress bind = options.bind();
    int family =
        bind.getAddress().getAddress().length == 4
            ? SocketAddresses.AF_INET
            : SocketAddresses.AF_INET6;
    int number =
        KernelException.check(
            Libc.socket(family, SOCK_STREAM | SOCK_NONBLOCK_CLOEXEC, 0), "socket");
    TcpListener listener = new TcpListener(number, family, memory);
    try {
      listener.set(SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEADDR, 1, "SO_REUSEADDR");
      if (options.shared()) {
        listener.set(SocketOptions.SOL_SOCKET, SocketOptions.SO_REUSEPORT, 1, "SO_REUSEPORT");
      }
      if (family == SocketAddresses.AF_INET6) {
        listener.set(SocketOptions.SOL_IPV6, SocketOptions.IPV6_V6ONLY, 0, "IPV6_V6ONLY");
      }
      if (options.transparent()) {
        listener.setTransparent();
      }
      listener.set(SocketOptions.SOL_TCP, SocketOptions.TCP_NODELAY, 1, "TCP_NODELAY");
      listener.set(SocketOptions.SOL_SOCKET, SocketOptions.SO_OOBINLINE, 1, "SO_OOBINLINE");
      int length = SocketAddresses.encode(bind, family, memory.address());
      KernelException.check(Libc.bind(number, memory.address(), length), "bind " + text(bind));
      KernelException.check(Libc.listen(number, options.backlog()), "listen " + text(bind));
      return listener;
    } catch (KernelException e) {
      listener.close();
      throw e;
    }
  }

  /** Joins the loop; {@code ready} is told when connections may be waiting. */
  public void register(IoEventLoop loop, Runnable ready) {
    this.ready = ready;
    IoRegistration now = loop.register(this).getNow();
    if (now == null) {
      throw new IllegalStateException("not on the loop, or it is shut down");
    }
    registration = now;
    now.submit(INTEREST);
  }

  /**
   * Accepts one connection.
   *
   * @return its descriptor, to be given to {@link #accepted(int)}, or {@code -errno}; EAGAIN when
   *     none waits
   */
  public int accept() {
    return Libc.accept4(
        fd, memory.address(), memory.length(SocketAddresses.MAX_LENGTH), SOCK_NONBLOCK_CLOEXEC);
  }

  /** The peer of the connection that {@link #accept} just returned. */
  public InetSocketAddress acceptedPeer() {
    return memory.decoded();
  }

  /** Wraps the connection that {@link #accept} just returned. */
  public TcpSocket accepted(int number) {
    return TcpSocket.adopt(memory, family, number);
  }

  /** The bound address, with the port the kernel chose when 0 was asked for. */
  public InetSocketAddress localAddress() throws KernelException {
    KernelException.check(
        Libc.getsockname(fd, memory.address(), memory.length(SocketAddresses.MAX_LENGTH)),
        "getsockname");
    return memory.decoded();
  }

  @Override
  public FileDescriptor fd() {
    return new Descriptor(fd, open);
  }

  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    Runnable told = ready;
    if (told == null || !open) {
      return;
    }
    try {
      told.run();
    } catch (RuntimeException | AssertionError e) {
      LOG.error("a bug while accepting", e);
    }
  }

  /** Closes; connections the kernel has queued are reset by it. */
  @Override
  public void close() {
    if (open) {
      open = false;
      Descriptor.close(fd, registration);
    }
  }

  private void setTransparent() throws KernelException {
    String what = "IP_TRANSPARENT (needs CAP_NET_RAW or CAP_NET_ADMIN)";
    if (family == SocketAddresses.AF_INET) {
      set(SocketOptions.SOL_IP, SocketOptions.IP_TRANSPARENT, 1, what);
    } else {
      set(SocketOptions.SOL_IPV6, SocketOptions.IPV6_TRANSPARENT, 1, what);
    }
  }

  private void set(int level, int option, int value, String what) throws KernelException {
    memory.value().set(JAVA_INT, 0, value);
    KernelException.check(
        Libc.setsockopt(fd, level, option, memory.value(), 4), "setsockopt " + what);
  }

  private static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }
}
