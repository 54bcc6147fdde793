package io.finward.proxy.door;

import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.http.Authority;
import io.finward.proxy.relay.Conversation;
import io.finward.proxy.relay.DoorSession;
import io.finward.proxy.relay.TunnelLegs;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import io.finward.proxy.upstream.Reached;
import io.finward.proxy.upstream.Reaching;
import io.finward.proxy.upstream.Upstreams;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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

  final DoorSession session;
  final ExplicitSettings settings;
  final Wire wire;
  final EpollSocketChannel channel;
  final Upstreams upstreams;

  private @Nullable Exchange exchange;
  private @Nullable Origin origin;
  private @Nullable Reaching reach;
  private @Nullable Future<?> clock;
  private long fromServer;
  private long handedOver;
  private long serverHandedOver;
  private long readBefore;
  private long writtenBefore;
  private int exchanges;
  private boolean over;
  private boolean tunnelled;

  private ClientTalk(
      DoorSession session,
      ExplicitSettings settings,
      Upstreams upstreams,
      EpollSocketChannel channel) {
    this.session = session;
    this.settings = settings;
    this.upstreams = upstreams;
    this.channel = channel;
    this.wire = new Wire(session::touch);
  }

  static Conversation begin(DoorSession session, ExplicitSettings settings, Upstreams upstreams) {
    int fd = session.socket().detach();
    if (fd < 0) {
      return new Refusal(session);
    }
    EpollSocketChannel channel = new EpollSocketChannel(fd);
    ClientTalk talk = new ClientTalk(session, settings, upstreams, channel);
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel.pipeline().addLast("wire", talk.wire).addLast("first", new FirstByte(talk));
    talk.arm(settings.head(), talk::close);
    EventLoop loop = session.home().loop();
    var _ = loop.register(channel);
    return talk;
  }

  /** For a connection for which there is no descriptor left. */
  private record Refusal(DoorSession session) implements Conversation {
    Refusal {
      session
          .home()
          .loop()
          .execute(() -> {
            session.socket().reset();
            session.end(EndReason.LIMIT);
          });
    }

    @Override
    public long bytesFrom(Side side) {
      return 0;
    }

    @Override
    public void abort() {
      session.socket().reset();
    }

    @Override
    public void ended(EndReason reason) {}
  }

  boolean over() {
    return over;
  }

  /** Runs {@code late} after a while unless armed anew before. */
  void arm(Duration after, Runnable late) {
    disarm();
    clock =
        session
            .home()
            .loop()
            .schedule(
                () -> {
                  if (!over) {
                    late.run();
                  }
                },
                after.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  void disarm() {
    Future<?> running = clock;
    if (running != null) {
      running.cancel(false);
      clock = null;
    }
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
      ended.bytesReceived = wire.read - undecoded - readBefore;
      ended.bytesSent = wire.written - writtenBefore;
      readBefore += ended.bytesReceived;
      writtenBefore = wire.written;
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

  /** Reaches for the exchange's destination, straight or through parents. */
  void reach(Exchange asked, Authority to, Consumer<Reached> told) {
    Way way =
        new Way(
            this,
            asked,
            to,
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

  @Nullable Origin origin() {
    return origin;
  }

  void origin(@Nullable Origin next) {
    Origin last = origin;
    if (last != null) {
      fromServer += last.wire.read;
      if (last != next) {
        last.close();
      }
    }
    origin = next;
  }

  /** Both sides become a tunnel; nobody reads from the channel or its pipeline any more. */
  void tunnel(TcpSocket server, InetSocketAddress remote, ByteBuf early, ByteBuf earlyFromServer) {
    disarm();
    var _ =
        channel
            .deregister()
            .addListener(_ -> {
              TcpSocket client =
                  TcpSocket.duplicate(
                      session.home().memory(), session.peer(), channel.fd().intValue());
              if (over || client == null) {
                early.release();
                earlyFromServer.release();
                server.reset();
                if (client != null) {
                  client.reset();
                }
                abort();
                session.end(EndReason.LIMIT);
                return;
              }
              tunnelled = true;
              over = true;
              handedOver = early.readableBytes();
              serverHandedOver = earlyFromServer.readableBytes();
              channel.unsafe().closeForcibly();
              session.tunnel(new TunnelLegs(client, server, remote, early, earlyFromServer));
            });
  }

  /** As {@link #tunnel}, with the origin's connection. */
  void tunnelWithOrigin(Origin with, ByteBuf early, ByteBuf earlyFromServer) {
    EpollSocketChannel its = with.channel;
    its.pipeline().remove("codec");
    var _ =
        its.deregister()
            .addListener(_ -> {
              TcpSocket server =
                  TcpSocket.duplicate(session.home().memory(), with.remote, its.fd().intValue());
              its.unsafe().closeForcibly();
              if (over || server == null) {
                reset(EndReason.LIMIT);
                return;
              }
              fromServer += with.wire.read;
              origin = null;
              server.register(session.home().loop(), (_, _) -> {});
              tunnel(server, with.remote, early, earlyFromServer);
            });
  }

  /** The client is gone, or has been told all there is to tell. */
  void close() {
    if (!over) {
      release();
      var _ = channel.close();
      session.end(EndReason.FINISHED);
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
  public void abort() {
    if (!over) {
      release();
      if (channel.isOpen()) {
        channel.config().setSoLinger(0);
      }
      channel.unsafe().closeForcibly();
      // Handlers release what they hold when they hear of it.
      channel.pipeline().fireChannelInactive();
    }
  }

  private void release() {
    over = true;
    disarm();
    cancelReach();
    origin(null);
  }

  @Override
  public long bytesFrom(Side side) {
    Origin now = origin;
    return side == Side.CLIENT
        ? wire.read - handedOver
        : fromServer + (now == null ? 0 : now.wire.read) - serverHandedOver;
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
      last.bytesReceived = wire.read - readBefore;
      last.bytesSent = wire.written - writtenBefore;
    }
    session.tell(new SessionEvent.ExchangeEnded(last));
  }
}
