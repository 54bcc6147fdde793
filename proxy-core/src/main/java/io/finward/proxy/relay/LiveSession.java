package io.finward.proxy.relay;

import io.finward.linux.epoll.EpollEvents;
import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.StreamSocket;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionState;
import io.finward.proxy.session.Side;
import io.finward.proxy.tunnel.Tunnel;
import io.finward.proxy.tunnel.TunnelEvents;
import io.netty.util.concurrent.EventExecutor;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session from accept to end. Its state moves only in {@link #become}, on its loop; every move
 * is told to the listener.
 */
final class LiveSession
    implements AcceptedSession, DoorSession, OpeningSession, StreamSocket.Ready, TunnelEvents {
  private static final Logger LOG = LoggerFactory.getLogger(LiveSession.class);
  private static final SessionState OPENING = new SessionState.Opening();

  /**
   * Most connections are half-closed for less than this; nobody asks when in it our FIN was
   * acknowledged, and to look costs a system call.
   */
  private static final long WORTH_A_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final SessionState CONNECTING = new SessionState.Connecting();
  private static final SessionState OPEN = new SessionState.Open();
  private static final SessionState CLIENT_CLOSED = new SessionState.HalfClosed(Side.CLIENT);
  private static final SessionState SERVER_CLOSED = new SessionState.HalfClosed(Side.SERVER);
  private static final SessionState DRAINING = new SessionState.Draining();

  // Links and clock of the DeadlineQueue that the session is in.
  @Nullable LiveSession previous;
  @Nullable LiveSession next;
  long touchedNanos;

  /** Whether this session holds a place in its client's count. */
  boolean countedForClient;

  private final SessionLoop home;
  private final long id;
  private final Accepted accepted;
  private final long acceptedNanos = System.nanoTime();
  private final long acceptedMillis = System.currentTimeMillis();
  private SessionState state = CONNECTING;
  private boolean halfCloses = true;
  private EndReason reason = EndReason.FINISHED;
  private int clientEvents;
  private boolean doorKeepsClock;
  private TcpSocket client;
  private @Nullable StreamSocket server;
  private @Nullable Opening opening;
  private @Nullable Heard heard;
  private @Nullable Conversation conversation;
  private @Nullable InetSocketAddress destination;
  private @Nullable Tunnel tunnel;
  private @Nullable InetAddress upstreamAddress;
  private char upstreamPort;
  private @Nullable Side closedFirst;
  private long closedFirstNanos;
  private boolean awaitsAcknowledgement;

  LiveSession(SessionLoop home, long id, Accepted accepted) {
    this.home = home;
    this.id = id;
    this.accepted = accepted;
    this.client = accepted.socket();
  }

  /** Lets somebody look at what the client says before there is an upstream connection. */
  void look(Opener opener) {
    become(OPENING);
    client.register(home.loop(), this);
    opening = opener.begin(this);
  }

  @Override
  public void heard(Heard what) {
    heard = what;
    tell(new SessionEvent.FirstHeard(what));
  }

  @Override
  public @Nullable Heard heard() {
    return heard;
  }

  /** Begins the upstream connection. */
  @Override
  public void connect() {
    try {
      TcpSocket upstream = home.dial(this);
      server = upstream;
      if (state instanceof SessionState.Opening) {
        become(CONNECTING);
      } else {
        client.register(home.loop(), this);
      }
      upstream.register(home.loop(), this);
    } catch (KernelException e) {
      LOG.debug("session {}: {}", id, e.getMessage());
      refuse(ConnectFailure.reason(e.errno()));
    }
  }

  /** Lets a door talk to the client first; it keeps its own clocks for heads, names, connects. */
  @Override
  public void converse(Door door) {
    if (state instanceof SessionState.Opening) {
      doorKeepsClock = true;
      become(CONNECTING);
    } else {
      clockOf(state).remove(this);
      doorKeepsClock = true;
      clockOf(state).add(this, acceptedNanos);
    }
    conversation = door.open(this);
  }

  @Override
  public TcpSocket dial() throws KernelException {
    return home.dial(this);
  }

  @Override
  public SessionLoop home() {
    return home;
  }

  @Override
  public TcpSocket socket() {
    return client;
  }

  @Override
  public void serves(InetSocketAddress upstream, @Nullable InetSocketAddress local) {
    destination = upstream;
    boolean another = local != null && !local.equals(upstreamLocal());
    if (another) {
      keepUpstreamLocal(local);
    }
    if (state instanceof SessionState.Connecting) {
      become(OPEN);
      tell(new SessionEvent.Connected());
    } else if (another) {
      tell(new SessionEvent.Reconnected());
    }
  }

  @Override
  public void touch() {
    if (tunnel == null && !(state instanceof SessionState.Ended)) {
      clockOf(state).touch(this, System.nanoTime());
    }
  }

  @Override
  public void tunnel(TunnelLegs legs) {
    if (state instanceof SessionState.Ended) {
      legs.drop();
      return;
    }
    client = legs.client();
    server = legs.server();
    Tunnel relay = new Tunnel(home.tunnels(), legs.client(), legs.server(), this);
    tunnel = relay;
    if (upstreamAddress == null) {
      keepUpstreamLocal(legs.server().localAddress());
    }
    halfCloses = legs.halfClose();
    serves(legs.destination(), null);
    legs.early(relay);
    client.register(home.loop(), this);
    legs.server().handTo(this);
    relay.pump();
  }

  @Override
  public void end(EndReason why) {
    if (tunnel == null && !(state instanceof SessionState.Ended)) {
      reason = why;
      closed();
    }
  }

  /** Ends a session that has no tunnel: the client gets RST. */
  @Override
  public void refuse(EndReason why) {
    reason = why;
    Conversation talk = conversation;
    if (talk == null) {
      client.reset();
    } else {
      talk.abort();
    }
    StreamSocket upstream = server;
    if (upstream != null) {
      upstream.close();
    }
    tell(new SessionEvent.ResetSent(Side.CLIENT));
    closed();
  }

  /** Ends the session at once: RST to both sides. */
  void abort(EndReason why) {
    Tunnel relay = tunnel;
    if (relay == null) {
      refuse(why);
      return;
    }
    reason = why;
    tell(new SessionEvent.ResetSent(Side.CLIENT));
    tell(new SessionEvent.ResetSent(Side.SERVER));
    relay.reset();
  }

  /** No byte came for {@code timeouts.idle}: ends it, unless there is somebody to be told first. */
  void idle(long now) {
    Conversation talk = conversation;
    if (tunnel == null && talk != null && talk.idle()) {
      clockOf(state).touch(this, now);
    } else {
      abort(EndReason.IDLE);
    }
  }

  /** Ends a half-closed session for the client's next connection; returns whether it was one. */
  boolean makeWay() {
    Tunnel relay = tunnel;
    if (relay == null || closedFirst == null) {
      return false;
    }
    reason = EndReason.TUPLE_REUSED;
    tell(new SessionEvent.ResetSent(Side.SERVER));
    // Before the reset, which then has nothing to say to the client: its tuple is free.
    client.vanish();
    relay.reset();
    return true;
  }

  /** Gives the sockets of a half-closed session up; the stack answers what still comes. */
  void park() {
    if (tunnel != null) {
      reason = EndReason.PARKED;
      tunnel.close();
    }
  }

  @Override
  public void onReady(StreamSocket socket, int events) {
    try {
      ready(socket, events);
    } catch (RuntimeException e) {
      LOG.error("a bug ended session {}", id, e);
      abort(EndReason.SOCKET_ERROR);
    }
  }

  private void ready(StreamSocket socket, int events) {
    long now = System.nanoTime();
    Tunnel relay = tunnel;
    if (relay != null) {
      clockOf(state).touch(this, now);
      relay.note(socket.equals(server) ? Side.SERVER : Side.CLIENT, events);
      relay.pump();
    } else if (socket.equals(server)) {
      connectEnded(socket, events);
    } else {
      clientEvents |= events;
      if ((events & EpollEvents.EPOLLERR) != 0) {
        clientReset();
      } else if (opening != null && state instanceof SessionState.Opening) {
        opening.ready(events);
      }
    }
  }

  @Override
  public void clientReset() {
    tell(new SessionEvent.ResetReceived(Side.CLIENT));
    refuse(EndReason.RESET_BY_CLIENT);
  }

  private void connectEnded(StreamSocket upstream, int events) {
    if ((events & (EpollEvents.EPOLLERR | EpollEvents.EPOLLHUP)) != 0) {
      int error = upstream.takeError();
      refuse(error == 0 ? EndReason.CONNECT_REFUSED : ConnectFailure.reason(error));
    } else if ((events & EpollEvents.EPOLLOUT) != 0) {
      Tunnel relay = new Tunnel(home.tunnels(), client, upstream, this);
      tunnel = relay;
      keepUpstreamLocal(upstream.localAddress());
      become(OPEN);
      tell(new SessionEvent.Connected());
      byte[] header = OwnHeader.of(this, originalDestination());
      if (header.length > 0) {
        relay.begin(Side.CLIENT, MemorySegment.ofArray(header), header.length);
      }
      relay.note(Side.CLIENT, clientEvents);
      relay.note(Side.SERVER, events);
      relay.pump();
    }
  }

  @Override
  public void firstBytes(Side from) {
    tell(new SessionEvent.FirstBytes(from));
  }

  @Override
  public void finReceived(Side from) {
    if (state instanceof SessionState.HalfClosed
        && System.nanoTime() - closedFirstNanos > WORTH_A_LOOK_NANOS) {
      lookForAcknowledgement();
    }
    tell(new SessionEvent.FinReceived(from));
    if (closedFirst == null) {
      closedFirst = from;
      closedFirstNanos = System.nanoTime();
      become(from == Side.CLIENT ? CLIENT_CLOSED : SERVER_CLOSED);
    } else {
      become(DRAINING);
    }
  }

  @Override
  public void finSent(Side to) {
    tell(new SessionEvent.FinSent(to));
    if (!halfCloses && tunnel != null) {
      tunnel.close();
    } else if (state instanceof SessionState.HalfClosed) {
      awaitsAcknowledgement = true;
      home.awaitAcknowledgement(this);
    }
  }

  /** Whether our first FIN was not acknowledged when last looked at, and may still be. */
  boolean awaitsAcknowledgement() {
    return awaitsAcknowledgement;
  }

  /**
   * Looks whether our FIN was acknowledged meanwhile: no event tells of it, but the send queue
   * (SIOCOUTQ) counts the FIN as a byte.
   */
  void lookForAcknowledgement() {
    Side to = closedFirst == Side.CLIENT ? Side.SERVER : Side.CLIENT;
    if (awaitsAcknowledgement && tunnel != null && tunnel.unacknowledged(to) == 0) {
      awaitsAcknowledgement = false;
      tell(new SessionEvent.FinAcknowledged(to));
    }
  }

  @Override
  public void broken(Side side, int errno) {
    awaitsAcknowledgement = false;
    if (errno == Errno.ECONNRESET || errno == Errno.EPIPE) {
      reason = side == Side.CLIENT ? EndReason.RESET_BY_CLIENT : EndReason.RESET_BY_SERVER;
      tell(new SessionEvent.ResetReceived(side));
    } else {
      reason = EndReason.SOCKET_ERROR;
      LOG.debug("session {}: {} side: {}", id, side.word(), Errno.name(errno));
    }
    become(DRAINING);
  }

  @Override
  public void closed() {
    if (state instanceof SessionState.Ended) {
      return;
    }
    awaitsAcknowledgement = false;
    Side broken = tunnel == null ? null : tunnel.broken();
    if (broken != null) {
      tell(new SessionEvent.ResetSent(broken.other()));
    }
    if (opening != null && state instanceof SessionState.Opening) {
      opening.ended();
    }
    if (conversation != null) {
      conversation.ended(reason);
    }
    become(new SessionState.Ended(reason));
    tell(new SessionEvent.Ended(reason));
    home.ended(this);
  }

  /** The one place where the state changes. */
  private void become(SessionState to) {
    assert home.loop().inEventLoop();
    SessionState from = state;
    clockOf(from).remove(this);
    state = to;
    if (from instanceof SessionState.HalfClosed) {
      home.halfClosed(-1);
    }
    if (to instanceof SessionState.HalfClosed) {
      home.halfClosed(1);
    }
    if (!(to instanceof SessionState.Ended)) {
      clockOf(to).add(this, System.nanoTime());
    }
    tell(new SessionEvent.StateChanged(from, to));
  }

  DeadlineQueue clockOf(SessionState of) {
    return switch (of) {
      // An opening and a door keep their own clocks while there is no upstream.
      case SessionState.Opening _ -> home.idleClock();
      case SessionState.Connecting _ -> doorKeepsClock ? home.idleClock() : home.connectingClock();
      case SessionState.HalfClosed _ -> home.heldClock();
      case SessionState.Open _, SessionState.Draining _ -> home.idleClock();
      case SessionState.Ended _ -> throw new IllegalStateException("an ended session has no clock");
    };
  }

  @Override
  public void tell(SessionEvent event) {
    try {
      home.listener().on(this, event);
    } catch (RuntimeException e) {
      LOG.error("a bug in a session listener", e);
    }
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public EventExecutor loop() {
    return home.loop();
  }

  @Override
  public Accepted accepted() {
    return accepted;
  }

  @Override
  public InetSocketAddress upstream() {
    InetSocketAddress known = destination;
    return known == null ? accepted.originalDestination() : known;
  }

  @Override
  public @Nullable InetSocketAddress upstreamLocal() {
    InetAddress address = upstreamAddress;
    return address == null ? null : new InetSocketAddress(address, upstreamPort);
  }

  /** Without its object, which would be 40 bytes of each session that is held. */
  private void keepUpstreamLocal(@Nullable InetSocketAddress local) {
    if (local != null) {
      upstreamAddress = local.getAddress();
      upstreamPort = (char) local.getPort();
    }
  }

  @Override
  public SessionState state() {
    return state;
  }

  @Override
  public @Nullable Side closedFirst() {
    return closedFirst;
  }

  @Override
  public long bytesFrom(Side side) {
    Tunnel relay = tunnel;
    Conversation talk = conversation;
    return (relay == null ? 0 : relay.bytesFrom(side)) + (talk == null ? 0 : talk.bytesFrom(side));
  }

  @Override
  public long acceptedNanos() {
    return acceptedNanos;
  }

  @Override
  public long acceptedMillis() {
    return acceptedMillis;
  }
}
