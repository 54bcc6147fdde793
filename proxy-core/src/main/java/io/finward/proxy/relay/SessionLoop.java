package io.finward.proxy.relay;

import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.PipePool;
import io.finward.linux.socket.TcpSocket;
import io.finward.linux.socket.UsedSockets;
import io.finward.proxy.limit.ProxyLimits;
import io.finward.proxy.listen.SourceAddress;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionListener;
import io.finward.proxy.session.SessionMap;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.tunnel.StashBudget;
import io.finward.proxy.tunnel.Tunnel;
import io.finward.proxy.upstream.Dialer;
import io.netty.channel.IoEventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of one event loop: their registry, their clocks and what they share. All state of a
 * session and of this object belongs to the loop.
 */
public final class SessionLoop {
  private static final Logger LOG = LoggerFactory.getLogger(SessionLoop.class);
  private static final long TICK_MILLIS = 100;

  /** How many send queues one tick looks at: a system call each. */
  private static final int LOOKS_PER_TICK = 256;

  /** A held session that moved bytes so recently is in use: pressure does not park it. */
  private static final long IN_USE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final IoEventLoop loop;
  private final SessionSettings settings;
  private final SessionGroup group;
  private final Tunnel.Loop tunnels;
  private final Dialer dialer;
  private final SessionMap<LiveSession> sessions = new SessionMap<>();
  private final List<Runnable> waitingForRoom = new ArrayList<>();
  private final ArrayDeque<LiveSession> awaitingAcknowledgement = new ArrayDeque<>();
  private final DeadlineQueue connecting;
  private final DeadlineQueue idle;
  private final DeadlineQueue held;
  private long nextId;
  private boolean ticking;
  private boolean draining;

  SessionLoop(IoEventLoop loop, SessionSettings settings, SessionGroup group, int index) {
    this.loop = loop;
    this.settings = settings;
    this.group = group;
    LoopMemory memory = new LoopMemory();
    tunnels =
        new Tunnel.Loop(
            loop,
            memory,
            new PipePool(settings.pipesPerLoop()),
            new StashBudget(settings.stashBytesPerLoop()),
            new UsedSockets(loop, settings.usedSocketsPerLoop()));
    dialer = new Dialer(memory, tunnels.used(), settings.dialling());
    ProxyLimits limits = settings.limits();
    connecting = new DeadlineQueue(limits.connect());
    idle = new DeadlineQueue(limits.idle());
    held = new DeadlineQueue(limits.hold());
    nextId = index + 1L;
  }

  /** The loop. */
  public IoEventLoop loop() {
    return loop;
  }

  /** The loop's native memory, for its listening sockets. */
  public LoopMemory memory() {
    return tunnels.memory();
  }

  /**
   * Takes a place for one more session.
   *
   * @param whenRoom run once on this loop when there is room again, if there is none now
   * @return whether a place was taken
   */
  public boolean takePlace(Runnable whenRoom) {
    assert loop.inEventLoop();
    if (group.counts().tryOpen(settings.limits().maxSessions())) {
      return true;
    }
    waitingForRoom.add(whenRoom);
    return false;
  }

  /** Gives a place back that no session came to use. */
  public void giveBackPlace() {
    if (group.counts().ended(settings.limits().maxSessions())) {
      group.roomAgain();
    }
  }

  /** Begins a session for an accepted connection, for which a place was taken, and connects it. */
  public void connect(Accepted accepted) {
    begin(accepted, null, LiveSession::connect);
  }

  /** Begins a session, for which a place was taken, that is refused by RST at once. */
  public void refuse(Accepted accepted, EndReason why) {
    begin(accepted, why, LiveSession::connect);
  }

  /** Begins a session, for which a place was taken, that talks to a door first. */
  public void begin(Accepted accepted, Door door) {
    begin(accepted, null, session -> session.converse(door));
  }

  /** Begins a session, for which a place was taken, whose client is looked at first. */
  public void look(Accepted accepted, Opener opener) {
    begin(accepted, null, session -> session.look(opener));
  }

  private void begin(
      Accepted accepted, @Nullable EndReason refusal, Consumer<LiveSession> opening) {
    assert loop.inEventLoop();
    long id = nextId;
    nextId += group.size();
    LiveSession session = new LiveSession(this, id, accepted);
    sessions.put(id, session);
    session.clockOf(session.state()).add(session, session.acceptedNanos());
    startTicking();
    session.tell(new SessionEvent.Accepted());
    if (refusal != null) {
      session.refuse(refusal);
    } else if (!settings.admission().admits()) {
      session.refuse(EndReason.TABLE_FULL);
    } else if (!group.clients().tryOpen(session.client().getAddress())) {
      session.refuse(EndReason.LIMIT);
    } else {
      session.countedForClient = true;
      opening.accept(session);
    }
  }

  /** The sessions of this loop, to be read on it and at once. */
  public Iterable<? extends SessionView> sessions() {
    return sessions.values();
  }

  /** Copies of all sessions of this loop. */
  List<SessionSnapshot> snapshots() {
    List<SessionSnapshot> list = new ArrayList<>(sessions.size());
    for (LiveSession session : sessions.values()) {
      list.add(session.snapshot());
    }
    return list;
  }

  /** Ends a session by RST to both sides; returns whether it was there. */
  boolean end(long id, EndReason reason) {
    LiveSession session = sessions.get(id);
    if (session != null) {
      session.abort(reason);
    }
    return session != null;
  }

  /** Ends a half-closed session without a word to its client; returns whether it was there. */
  boolean makeWay(long id) {
    LiveSession session = sessions.get(id);
    return session != null && session.makeWay();
  }

  void killAll(EndReason reason) {
    for (LiveSession session : new ArrayList<>(sessions.values())) {
      session.abort(reason);
    }
    tunnels.pipes().close();
    tunnels.used().close();
  }

  /** Lets those in who wait for room. */
  void admitWaiting() {
    List<Runnable> waiting = new ArrayList<>(waitingForRoom);
    waitingForRoom.clear();
    waiting.forEach(Runnable::run);
  }

  /** Begins the loop's upstream connections. */
  public Dialer dialer() {
    return dialer;
  }

  TcpSocket dial(LiveSession session) throws KernelException {
    boolean asClient = session.listener().source() == SourceAddress.CLIENT;
    return dialer.dial(
        session.originalDestination(), asClient ? session.client().getAddress() : null);
  }

  Tunnel.Loop tunnels() {
    return tunnels;
  }

  /** Nobody is accepted any more. */
  void drain() {
    draining = true;
  }

  /** Whether clients should come to an end: nobody is accepted any more. */
  public boolean draining() {
    return draining;
  }

  SessionListener listener() {
    return settings.listener();
  }

  DeadlineQueue connectingClock() {
    return connecting;
  }

  DeadlineQueue idleClock() {
    return idle;
  }

  DeadlineQueue heldClock() {
    return held;
  }

  /** The ticks look whether the session's FIN was acknowledged. */
  void awaitAcknowledgement(LiveSession session) {
    awaitingAcknowledgement.add(session);
  }

  void halfClosed(int change) {
    group.counts().halfClosed(change);
  }

  void ended(LiveSession session) {
    sessions.remove(session.id());
    if (session.countedForClient) {
      group.clients().ended(session.client().getAddress());
    }
    giveBackPlace();
  }

  private void startTicking() {
    if (!ticking) {
      ticking = true;
      var _ = loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    ticking = false;
    long now = System.nanoTime();
    guarded(() -> connecting.expire(now, session -> session.abort(EndReason.CONNECT_TIMEOUT)));
    guarded(() -> idle.expire(now, session -> session.idle(now)));
    guarded(() -> held.expire(now, LiveSession::park));
    guarded(() -> parkUnderPressure(now));
    guarded(this::noticeAcknowledgements);
    if (!sessions.isEmpty()) {
      startTicking();
    }
  }

  /** Looks at the FINs of half-closed sessions that wait for their ACK, the longest ago first. */
  private void noticeAcknowledgements() {
    int looks = 0;
    for (int left = awaitingAcknowledgement.size(); left > 0 && looks < LOOKS_PER_TICK; left--) {
      LiveSession session = awaitingAcknowledgement.remove();
      if (session.awaitsAcknowledgement()) {
        looks++;
        session.lookForAcknowledgement();
        if (session.awaitsAcknowledgement()) {
          awaitingAcknowledgement.add(session);
        }
      }
    }
  }

  /** Parks the longest idle held sessions while there are too many of them on all loops. */
  private void parkUnderPressure(long now) {
    LiveSession oldest = held.first();
    while (oldest != null
        && now - oldest.touchedNanos > IN_USE_NANOS
        && group.counts().claimExcess(settings.limits().maxHeld())) {
      oldest.park();
      // Parking has taken it off the count as well.
      halfClosed(1);
      oldest = held.first();
    }
  }

  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("a bug in a clock", e);
    }
  }
}
