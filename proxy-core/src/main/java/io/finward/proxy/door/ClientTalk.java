package io.finward.proxy.door;

import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.http.Authority;
import io.finward.proxy.relay.Conversation;
import io.finward.proxy.relay.DoorSession;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import io.finward.proxy.upstream.Reached;
import io.finward.proxy.upstream.Reaching;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of an explicit door until it is a tunnel, whatever the protocol: the client's channel,
 * its clock, the exchange at hand, and the way to the destination.
 */
final class ClientTalk implements Conversation {
  private static final Logger LOG = LoggerFactory.getLogger(ClientTalk.class);

  final DoorLoop home;
  final DoorSession session;
  final ExplicitSettings settings;
  final EpollSocketChannel channel;
  final Wire wire;

  private final @Nullable Interception interception;
  private final Accounts accounts;
  private final Runnable touched;
  private final ClientClock clock;
  private @Nullable Exchange exchange;
  private @Nullable Origin origin;
  private @Nullable Reaching reach;
  private BooleanSupplier whenIdle = () -> false;
  private @Nullable Origin last;
  private int exchanges;
  private boolean nothingExpected;
  private boolean finTold;
  private boolean over;
  private boolean tunnelled;

  private ClientTalk(
      DoorSession session,
      DoorLoop home,
      EpollSocketChannel channel,
      @Nullable Interception interception) {
    this.interception = interception;
    this.session = session;
    this.home = home;
    this.settings = home.settings();
    this.channel = channel;
    this.touched = session::touch;
    this.clock = new ClientClock(home.loop());
    this.wire = new Wire(this::clientSaid);
    this.accounts = new Accounts(wire);
  }

  /** Of a client that is configured to use us. */
  static Conversation begin(DoorSession session, DoorLoop home) {
    return begin(session, home, null);
  }

  /**
   * Of any client.
   *
   * @param interception of a client that does not know of us; else null
   */
  static Conversation begin(
      DoorSession session, DoorLoop home, @Nullable Interception interception) {
    int fd = session.socket().detach();
    if (fd < 0) {
      return new Refusal(session);
    }
    EpollSocketChannel channel = new EpollSocketChannel(fd);
    ClientTalk talk = new ClientTalk(session, home, channel, interception);
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel.pipeline().addLast("wire", talk.wire);
    if (interception == null) {
      channel.pipeline().addLast("first", new FirstByte(talk));
      talk.arm(talk.settings.head(), talk::close);
    } else {
      HttpDoor.join(channel.pipeline(), talk);
    }
    EventLoop loop = home.loop();
    var _ = loop.register(channel);
    return talk;
  }

  /** Of a client that does not know of us; else null. */
  @Nullable Interception interception() {
    return interception;
  }

  /** Where a request goes; null when nobody knows. */
  @Nullable HttpRoute route(HttpRequest head) {
    return interception == null ? HttpRoute.of(head) : interception.route(head);
  }

  boolean over() {
    return over;
  }

  /** Runs {@code late} after a while unless armed anew before. */
  void arm(Duration after, Runnable late) {
    if (!over) {
      clock.arm(after, late);
    }
  }

  /** Asks {@code late}, when nothing has come from anywhere for long, to say so to the client. */
  void whenIdle(BooleanSupplier late) {
    whenIdle = late;
  }

  void disarm() {
    clock.disarm();
  }

  private void clientSaid() {
    session.touch();
    if (nothingExpected) {
      pause();
    }
  }

  /** The client is read from, or not. */
  void read(boolean wanted) {
    if (wanted) {
      nothingExpected = false;
      channel.config().setAutoRead(true);
    } else {
      pause();
    }
  }

  /** Whether it is the client's turn to say something. */
  boolean reads() {
    return channel.config().isAutoRead() && !nothingExpected;
  }

  private void pause() {
    nothingExpected = false;
    channel.config().setAutoRead(false);
  }

  /**
   * The client should have nothing to say now: reading stops with the first bytes that come all the
   * same, which are kept. Most clients wait for their answer, and to stop and to start would be two
   * system calls for each request.
   */
  void expectNothing() {
    nothingExpected = channel.config().isAutoRead();
  }

  @Nullable Exchange current() {
    return exchange;
  }

  int exchanges() {
    return exchanges;
  }

  void began(Exchange begun) {
    exchange = begun;
    exchanges++;
    session.tell(new SessionEvent.ExchangeBegan(begun));
  }

  /**
   * The exchange at hand has ended.
   *
   * @param undecoded bytes read already that belong to the next one
   */
  void exchangeEnded(int undecoded) {
    Exchange ended = exchange;
    if (ended != null) {
      exchange = null;
      accounts.close(ended, undecoded);
      session.tell(new SessionEvent.ExchangeEnded(ended));
    }
  }

  /** What the policy says of the exchange; {@code address} is null before it is known. */
  Verdict ask(Exchange asked, Authority to, @Nullable InetAddress address) {
    return settings.policy().get().decide(request(asked, to, address));
  }

  /** The exchange as rules see it; {@code address} is null before it is known. */
  AccessRequest request(Exchange asked, Authority to, @Nullable InetAddress address) {
    boolean literal =
        NetUtil.isValidIpV4Address(to.host()) || NetUtil.isValidIpV6Address(to.host());
    boolean socks = asked.protocol().startsWith("SOCKS");
    InetAddress known =
        address == null && literal
            ? NetUtil.createInetAddressFromIpAddressString(to.host())
            : address;
    return new AccessRequest(
        session.listener().name(),
        session.client().getAddress(),
        asked.user,
        asked.groups,
        literal ? null : to.host(),
        known,
        to.port(),
        asked.method(),
        socks ? null : asked.target(),
        System.currentTimeMillis());
  }

  /**
   * Reaches for the exchange's destination, straight or through parents.
   *
   * @param waiting connections that are there already
   */
  void reach(Exchange asked, Authority to, Way.Waiting waiting, Consumer<Reached> told) {
    if (interception != null) {
      if (!waiting.take(null)) {
        OriginalReach original = new OriginalReach(this, told);
        reach = original;
        original.begin();
      }
      return;
    }
    Way way =
        new Way(
            this,
            asked,
            to,
            waiting,
            reached -> {
              reach = null;
              told.accept(reached);
            });
    reach = way;
    way.begin();
    if (over) {
      cancelReach();
    }
  }

  private void cancelReach() {
    Reaching running = reach;
    if (running != null) {
      reach = null;
      running.cancel();
    }
  }

  /** The connection that carries the exchange at hand, or is bound to this client; or null. */
  @Nullable Origin origin() {
    return origin;
  }

  /** The connection that carried the last exchange, wherever it is now; or null. */
  @Nullable Origin last() {
    return last;
  }

  /** Uses a connection from now on; the one before, unless it is the same, is closed. */
  void use(Origin next) {
    if (origin != next) {
      drop();
      origin = next;
      last = next;
      next.lastSession = session.id();
      next.wire.came = touched;
      accounts.origin(next.wire);
      // Only an intercepted client has connections of its own.
      session.serves(next.remote, interception == null ? null : next.channel.localAddress());
    }
  }

  /** Closes the connection to an origin if there is one. */
  void drop() {
    Origin used = origin;
    if (used != null) {
      leave();
      used.close();
    }
  }

  /** Lets go of the connection to an origin, which goes on without this client. */
  void leave() {
    accounts.origin(null);
    origin = null;
  }

  /**
   * Both sides are a tunnel now.
   *
   * @param early bytes of the client's that are the tunnel's
   * @param earlyFromServer the same of the server's
   */
  void becameTunnel(int early, int earlyFromServer) {
    tunnelled = true;
    over = true;
    clock.stop();
    accounts.handOver(early, earlyFromServer);
  }

  /** The client is gone, or has been told all there is to tell. */
  void close() {
    close(EndReason.FINISHED);
  }

  /**
   * The client has been told all there is to tell, and does not end its side. The late FIN of one
   * that does not know of us may still have to be translated.
   */
  void giveUp() {
    finSent();
    close(interception == null ? EndReason.FINISHED : EndReason.PARKED);
  }

  private void close(EndReason why) {
    if (!over) {
      release();
      var _ = channel.close();
      session.end(why);
    }
  }

  /** The client's FIN came. */
  void finReceived() {
    if (interception != null) {
      session.tell(new SessionEvent.FinReceived(Side.CLIENT));
    }
  }

  /** The client gets our FIN. */
  void finSent() {
    if (interception != null && !over && !finTold) {
      finTold = true;
      session.tell(new SessionEvent.FinSent(Side.CLIENT));
    }
  }

  /** The client's connection broke, or we did. */
  void broke(Throwable cause) {
    if (over) {
      return;
    }
    boolean reset = cause instanceof Errors.NativeIoException;
    if (!reset) {
      LOG.error("a bug ended session {}", session.id(), cause);
    }
    abort();
    session.end(reset ? EndReason.RESET_BY_CLIENT : EndReason.SOCKET_ERROR);
  }

  /** Ends with a RST to the client. */
  void reset(EndReason reason) {
    abort();
    session.end(reason);
  }

  @Override
  public boolean idle() {
    return !over && whenIdle.getAsBoolean();
  }

  @Override
  public void abort() {
    if (!over) {
      release();
      if (channel.isOpen()) {
        channel.config().setSoLinger(0);
      }
      // Not closeForcibly: that forgets what waits to be written, and its buffers.
      var _ = channel.close();
      // Handlers release what they hold when they hear of it.
      channel.pipeline().fireChannelInactive();
    }
  }

  private void release() {
    over = true;
    clock.stop();
    cancelReach();
    drop();
  }

  @Override
  public long bytesFrom(Side side) {
    return side == Side.CLIENT ? accounts.fromClient() : accounts.fromServer();
  }

  @Override
  public void ended(EndReason reason) {
    Exchange last = exchange;
    if (last == null) {
      return;
    }
    exchange = null;
    if (tunnelled) {
      last.bytesReceived = session.bytesFrom(Side.CLIENT);
      last.contentSent = session.bytesFrom(Side.SERVER);
      last.bytesSent = wire.written + last.contentSent;
      last.complete = reason == EndReason.FINISHED;
    } else {
      accounts.close(last, 0);
    }
    session.tell(new SessionEvent.ExchangeEnded(last));
  }
}
