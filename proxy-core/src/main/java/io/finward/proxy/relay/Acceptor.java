package io.finward.proxy.relay;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.TcpListener;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket on one event loop: accepts in batches and hands connections on, each with a
 * place taken for its session. When there is no room, or descriptors have run out, it stops
 * accepting; the kernel's backlog holds the rest.
 *
 * <p>{@link #open} may be called anywhere; everything else belongs to the loop.
 */
public final class Acceptor {
  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
  private static final int BACKLOG = 4096;

  /** Accepts in one go before other events of the loop have their turn. */
  private static final int BATCH = 64;

  private static final long DESCRIPTORS_RETRY_MILLIS = 100;

  /** Told of a connection; begins its session, or gives its place back. */
  @FunctionalInterface
  public interface Taker {
    /** Takes over the accepted socket. */
    void take(TcpSocket client, InetSocketAddress peer, InetSocketAddress local);

    /** Nothing more comes: those that wait for their session are given up. */
    default void close() {}
  }

  private final ListenerSettings settings;
  private final SessionLoop sessions;
  private final TcpListener socket;
  private final Taker taker;
  private boolean closed;

  private Acceptor(
      ListenerSettings settings, SessionLoop sessions, TcpListener socket, Taker taker) {
    this.settings = settings;
    this.sessions = sessions;
    this.socket = socket;
    this.taker = taker;
  }

  /**
   * Opens the listening socket. Nothing is accepted before {@link #start}.
   *
   * @throws KernelException why it cannot listen there
   */
  public static Acceptor open(ListenerSettings settings, SessionLoop sessions, Taker taker)
      throws KernelException {
    TcpListener socket =
        TcpListener.open(
            new TcpListener.Options(
                settings.bind(), settings.mode() == ListenerMode.TPROXY, true, BACKLOG),
            sessions.memory());
    return new Acceptor(settings, sessions, socket, taker);
  }

  /** The bound address. */
  public InetSocketAddress localAddress() throws KernelException {
    return socket.localAddress();
  }

  /** The loop it accepts on. */
  public SessionLoop home() {
    return sessions;
  }

  /** Begins to accept. */
  public void start() {
    socket.register(sessions.loop(), this::acceptSome);
  }

  /** Stops listening. Sessions live on. */
  public void close() {
    closed = true;
    sessions.drain();
    socket.close();
    taker.close();
  }

  private void acceptSome() {
    for (int i = 0; i < BATCH; i++) {
      if (closed || !sessions.takePlace(this::acceptSome)) {
        return;
      }
      int fd = socket.accept();
      if (fd < 0) {
        sessions.giveBackPlace();
        if (mayGoOn(-fd)) {
          continue;
        }
        return;
      }
      accepted(fd);
    }
    sessions.loop().execute(this::acceptSome);
  }

  private boolean mayGoOn(int errno) {
    return switch (errno) {
      case Errno.EAGAIN -> false;
      case Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM -> {
        LOG.warn("listener {}: accept: {}: waiting", settings.name(), Errno.name(errno));
        var _ =
            sessions
                .loop()
                .schedule(this::acceptSome, DESCRIPTORS_RETRY_MILLIS, TimeUnit.MILLISECONDS);
        yield false;
      }
      // accept(2): errors of the connection that was about to be accepted, ECONNABORTED above all.
      default -> true;
    };
  }

  private void accepted(int fd) {
    InetSocketAddress peer = socket.acceptedPeer();
    TcpSocket client = socket.accepted(fd);
    InetSocketAddress local = client.acceptedAt();
    if (local == null) {
      client.reset();
      sessions.giveBackPlace();
      return;
    }
    taker.take(client, peer, local);
  }
}
