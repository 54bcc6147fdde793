package io.finward.proxy;

import io.finward.linux.epoll.HalfCloseSafeEpoll;
import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.TcpListener;
import io.finward.proxy.door.DoorLoop;
import io.finward.proxy.door.ExplicitListener;
import io.finward.proxy.door.InterceptedHttp;
import io.finward.proxy.intercept.InterceptListener;
import io.finward.proxy.listen.HeaderEdits;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.opening.Openings;
import io.finward.proxy.relay.Acceptor;
import io.finward.proxy.relay.Door;
import io.finward.proxy.relay.SessionGroup;
import io.finward.proxy.relay.SessionLoop;
import io.finward.proxy.relay.SessionSettings;
import io.finward.proxy.session.EndReason;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The running proxy: event loops, listeners and sessions.
 *
 * <p>{@link #open} binds, {@link #start} accepts, {@link #stopListening} and {@link #close} end. To
 * be called from one thread that is not an event loop.
 */
public final class Proxy implements AutoCloseable {
  private static final int PIPES = 48;
  private static final long STASH_BYTES = 64L << 20;

  /**
   * How many upstream sockets are kept for their next connection, and how many sessions there may
   * be for one of them: they live on the descriptors that sessions leave.
   */
  private static final int USED_SOCKETS = 128;

  private static final int SESSIONS_PER_USED_SOCKET = 16;

  private final MultiThreadIoEventLoopGroup eventLoops;
  private final SessionGroup sessions;
  private final List<Acceptor> listeners;

  private Proxy(
      MultiThreadIoEventLoopGroup eventLoops, SessionGroup sessions, List<Acceptor> listeners) {
    this.eventLoops = eventLoops;
    this.sessions = sessions;
    this.listeners = listeners;
  }

  /**
   * Starts the event loops and binds every listener. Nothing is accepted yet.
   *
   * @param threads makes the loops' threads; they decide the network namespace
   * @throws KernelException why a listener cannot be bound; everything is closed again
   */
  public static Proxy open(ProxySettings settings, ThreadFactory threads) throws KernelException {
    refuseTakenAddresses(settings.listeners());
    MultiThreadIoEventLoopGroup eventLoops =
        new MultiThreadIoEventLoopGroup(
            settings.loops().number(),
            settings.loops().scheduling().of(threads),
            HalfCloseSafeEpoll.newFactory(settings.loops().busyPoll()));
    List<IoEventLoop> loops = new ArrayList<>();
    eventLoops.forEach(loop -> loops.add((IoEventLoop) loop));
    SessionGroup sessions =
        new SessionGroup(
            loops,
            new SessionSettings(
                settings.limits(),
                settings.dialling(),
                Math.max(1, PIPES / loops.size()),
                STASH_BYTES / loops.size(),
                usedSockets(settings) / loops.size(),
                settings.admission(),
                settings.sessionListener()));
    List<Acceptor> listeners = new ArrayList<>();
    Proxy proxy = new Proxy(eventLoops, sessions, listeners);
    try {
      List<InetSocketAddress> ours =
          settings.listeners().stream().map(ListenerSettings::bind).toList();
      Openings openings = new Openings(settings.opening(), settings.interceptAccess());
      for (SessionLoop home : sessions.loops()) {
        openDoors(settings, home, loops.size(), listeners);
        for (ListenerSettings listener : settings.listeners()) {
          if (listener.mode() != ListenerMode.EXPLICIT) {
            listeners.add(
                InterceptListener.open(
                    listener,
                    home,
                    ours,
                    settings.intercept(),
                    openings,
                    edits(settings, listener, home, openings)));
          }
        }
      }
      return proxy;
    } catch (KernelException e) {
      proxy.close();
      throw e;
    }
  }

  private static int usedSockets(ProxySettings settings) {
    return Math.min(USED_SOCKETS, settings.limits().maxSessions() / SESSIONS_PER_USED_SOCKET);
  }

  private static @Nullable Door edits(
      ProxySettings settings, ListenerSettings listener, SessionLoop home, Openings openings) {
    HeaderEdits edits = listener.edits();
    return edits == null
        ? null
        : InterceptedHttp.door(
            new DoorLoop(home, settings.explicit().editing(edits), 1),
            settings.interceptAccess(),
            openings.names(home));
  }

  private static void openDoors(
      ProxySettings settings, SessionLoop home, int loops, List<Acceptor> opened)
      throws KernelException {
    List<ListenerSettings> doors =
        settings.listeners().stream()
            .filter(listener -> listener.mode() == ListenerMode.EXPLICIT)
            .toList();
    if (!doors.isEmpty()) {
      DoorLoop shared = new DoorLoop(home, settings.explicit(), loops);
      for (ListenerSettings door : doors) {
        opened.add(ExplicitListener.open(door, shared));
      }
    }
  }

  /** Begins to accept on every listener. */
  public void start() {
    onLoops(Acceptor::start);
  }

  /** The live sessions. */
  public SessionGroup sessions() {
    return sessions;
  }

  /** The loops' share of the sessions, for features that keep state on each loop. */
  public List<SessionLoop> sessionLoops() {
    return sessions.loops();
  }

  /** Closes the listening sockets; sessions live on. */
  public void stopListening() {
    onLoops(Acceptor::close);
    listeners.clear();
  }

  /** Ends every session by RST to both sides. Completes when they are gone. */
  public CompletableFuture<Void> resetSessions() {
    return sessions.killAll(EndReason.SHUTDOWN);
  }

  /** Stops listening, resets the sessions that are left, ends the loops. Waits for it. */
  @Override
  public void close() {
    stopListening();
    resetSessions().join();
    eventLoops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private void onLoops(Consumer<Acceptor> action) {
    List<CompletableFuture<Void>> done = new ArrayList<>();
    for (Acceptor listener : listeners) {
      done.add(CompletableFuture.runAsync(() -> action.accept(listener), listener.home().loop()));
    }
    CompletableFuture.allOf(done.toArray(CompletableFuture<?>[]::new)).join();
  }

  /** SO_REUSEPORT would let us join another process silently: try the address without it first. */
  private static void refuseTakenAddresses(List<ListenerSettings> listeners)
      throws KernelException {
    LoopMemory memory = new LoopMemory();
    for (ListenerSettings listener : listeners) {
      TcpListener.open(new TcpListener.Options(listener.bind(), false, false, 1), memory).close();
    }
  }
}
