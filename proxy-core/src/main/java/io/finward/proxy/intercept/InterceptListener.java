package io.finward.proxy.intercept;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.LocalAddressProbe;
import io.finward.linux.socket.TcpListener;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.relay.Accepted;
import io.finward.proxy.relay.SessionLoop;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One intercepting listener on one event loop: accepts in batches, learns where the client meant to
 * go, and begins the session. When there is no room, or descriptors have run out, it stops
 * accepting; the kernel's backlog holds the rest.
 *
 * <p>{@link #open} may be called anywhere; everything else belongs to the loop.
 */
public final class InterceptListener {
  private static final Logger LOG = LoggerFactory.getLogger(InterceptListener.class);
  private static final int BACKLOG = 4096;

  /** Accepts in one go before other events of the loop have their turn. */
  private static final int BATCH = 64;

  private static final long DESCRIPTORS_RETRY_MILLIS = 100;

  private final ListenerSettings settings;
  private final SessionLoop sessions;
  private final TcpListener socket;
  private final Refusals refusals;
  private final OriginalClient originalClient;
  private boolean closed;

  private InterceptListener(
      ListenerSettings settings,
      SessionLoop sessions,
      TcpListener socket,
      Refusals refusals,
      OriginalClient originalClient) {
    this.settings = settings;
    this.sessions = sessions;
    this.socket = socket;
    this.refusals = refusals;
    this.originalClient = originalClient;
  }

  /**
   * Opens the listening socket. Nothing is accepted before {@link #start}.
   *
   * @param ourListeners the addresses of all our listeners, for the loop guard
   * @param originalClient asked for every accepted connection
   * @param access asked for every accepted connection
   * @throws KernelException why it cannot listen there
   */
  public static InterceptListener open(
      ListenerSettings settings,
      SessionLoop sessions,
      List<InetSocketAddress> ourListeners,
      OriginalClient originalClient,
      AccessPolicy access)
      throws KernelException {
    TcpListener socket =
        TcpListener.open(
            new TcpListener.Options(
                settings.bind(), settings.mode() == ListenerMode.TPROXY, true, BACKLOG),
            sessions.memory());
    LoopGuard guard = new LoopGuard(ourListeners, new LocalAddressProbe(sessions.memory()));
    Refusals refusals = new Refusals(settings.name(), guard, access);
    return new InterceptListener(settings, sessions, socket, refusals, originalClient);
  }

  /** The bound address. */
  public InetSocketAddress localAddress() throws KernelException {
    return socket.localAddress();
  }

  /** Begins to accept. */
  public void start() {
    socket.register(sessions.loop(), this::acceptSome);
  }

  /** Stops listening. Sessions live on. */
  public void close() {
    closed = true;
    socket.close();
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
    InetSocketAddress local = client.localAddress();
    if (local == null) {
      client.reset();
      sessions.giveBackPlace();
      return;
    }
    InetSocketAddress meant =
        settings.mode() == ListenerMode.TPROXY ? local : client.originalDestination(peer);
    Accepted accepted =
        new Accepted(
            settings,
            client,
            peer,
            originalClient.of(peer, local),
            local,
            meant == null ? local : meant);
    sessions.begin(accepted, refusals.of(peer.getAddress(), meant));
  }
}
