package io.finward.proxy.door;

import io.finward.linux.libc.Errno;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.http.Authority;
import io.finward.proxy.http.HeadAwareEncoder;
import io.finward.proxy.http.StrictRequestDecoder;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.upstream.Reached;
import io.finward.proxy.user.Authentication;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of HTTP: one request after the other, each asked of the policy, authenticated
 * where a rule wants it, and carried by a {@link Forwarding} or become a tunnel.
 */
final class HttpDoor extends ChannelInboundHandlerAdapter {
  private final ClientTalk talk;
  private final StrictRequestDecoder decoder;
  private final Answers answers;
  private final ByteBuf early = Unpooled.buffer(0);
  private @Nullable Forwarding forwarding;
  private @Nullable HttpRequest request;
  private boolean awaiting = true;
  private boolean whole;
  private boolean tunnelling;
  private boolean closing;
  private boolean clientDone;
  private boolean headClock;

  private HttpDoor(ClientTalk talk, StrictRequestDecoder decoder, HeadAwareEncoder encoder) {
    this.talk = talk;
    this.decoder = decoder;
    this.answers = new Answers(talk, encoder);
  }

  static void join(ChannelPipeline pipeline, ClientTalk talk) {
    StrictRequestDecoder decoder = new StrictRequestDecoder(talk.settings.maxHead());
    HeadAwareEncoder encoder = new HeadAwareEncoder();
    HttpDoor door = new HttpDoor(talk, decoder, encoder);
    pipeline.addLast("decoder", decoder).addLast("encoder", encoder).addLast("door", door);
    talk.arm(talk.settings.head(), door::headTooSlow);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (tunnelling && msg instanceof ByteBuf bytes) {
      early.writeBytes(bytes);
      bytes.release();
    } else if (closing || talk.over()) {
      ReferenceCountUtil.release(msg);
    } else if (msg instanceof HttpRequest head) {
      begin(head);
    } else if (msg instanceof HttpContent content) {
      content(content);
    } else {
      ReferenceCountUtil.release(msg);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Forwarding carrying = forwarding;
    if (carrying != null) {
      carrying.clientFlush();
    }
    if (awaiting && !closing && decoder.hasBytes() && !headClock) {
      // The first bytes of a later request: from here on its head has its own time.
      headClock = true;
      talk.arm(talk.settings.head(), this::headTooSlow);
    }
  }

  private void headTooSlow() {
    fail(408, "The request took too long.");
  }

  private void begin(HttpRequest head) {
    awaiting = false;
    whole = false;
    request = head;
    talk.disarm();
    boolean bad = head.decoderResult().isFailure();
    Exchange exchange =
        bad
            ? new Exchange("", "", "", null, talk.exchanges())
            : new Exchange(
                head.method().name(),
                head.uri(),
                head.protocolVersion().text(),
                head.headers(),
                talk.exchanges());
    answers.begin(exchange, head);
    HttpRoute route = bad ? null : HttpRoute.of(head);
    exchange.authority = route == null ? null : route.authority();
    talk.began(exchange);
    if (bad) {
      fail(HttpRoute.notUnderstood(head.decoderResult().cause()));
    } else if (route == null) {
      fail(HttpRoute.unroutable(head));
    } else if (head.method().equals(HttpMethod.CONNECT) && hasBody(head)) {
      fail(400, "CONNECT with a body.");
    } else if (Integer.valueOf(0).equals(HttpRoute.maxForwards(head))) {
      answer(head.method().equals(HttpMethod.OPTIONS) ? 200 : 405, "Max-Forwards is used up.");
    } else {
      String expect = head.headers().get(HttpHeaderNames.EXPECT);
      if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
        answer(417, "Unknown expectation.");
        return;
      }
      talk.channel.config().setAutoRead(false);
      decide(exchange, route, talk.ask(exchange, route.authority(), null));
    }
  }

  private static boolean hasBody(HttpRequest head) {
    return HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0;
  }

  private void decide(Exchange exchange, HttpRoute route, Verdict verdict) {
    switch (verdict) {
      case Verdict.Allow _, Verdict.Resolve _ -> go(exchange, route);
      case Verdict.Deny _, Verdict.Look _ -> answer(403, "Access to this destination is refused.");
      case Verdict.Reset _ -> talk.reset(EndReason.DENIED);
      case Verdict.Authenticate _ -> authenticate(exchange, route);
    }
  }

  private void authenticate(Exchange exchange, HttpRoute route) {
    HttpRequest head = request;
    HttpRoute.Credentials given =
        head == null || exchange.user != null ? null : HttpRoute.credentials(head);
    if (given == null) {
      answer(407, "A user and password are wanted.");
      return;
    }
    talk.settings
        .authenticator()
        .authenticate(
            given.user(),
            given.password(),
            talk.session.home().loop(),
            answer -> {
              if (talk.over() || talk.current() != exchange) {
                return;
              }
              switch (answer) {
                case Authentication.Authenticated(Set<String> groups) -> {
                  exchange.user = given.user();
                  exchange.groups = groups;
                  decide(exchange, route, talk.ask(exchange, route.authority(), null));
                }
                case Authentication.Refused _ -> answer(407, "A user and password are wanted.");
                case Authentication.Unavailable _ -> answer(503, "Users cannot be checked now.");
              }
            });
  }

  private void go(Exchange exchange, HttpRoute route) {
    Authority to = route.authority();
    boolean connect = "CONNECT".equals(exchange.method());
    Origin last = talk.origin();
    if (!connect && last != null && last.isActive() && Way.leads(talk, exchange, to, last)) {
      forward(exchange, route, last, true);
      return;
    }
    talk.origin(null);
    talk.reach(exchange, to, reached -> reached(exchange, route, reached));
  }

  private void reached(Exchange exchange, HttpRoute route, Reached reached) {
    switch (reached) {
      case Reached.Connected connected -> {
        exchange.upstream = connected.remote();
        if ("CONNECT".equals(exchange.method())) {
          connected(exchange, connected);
          return;
        }
        Origin origin = Origin.open(talk, route.authority(), connected);
        if (origin == null) {
          answer(503, "No descriptors left.");
        } else {
          talk.session.serves(connected.remote());
          talk.origin(origin);
          forward(exchange, route, origin, false);
        }
      }
      case Reached.Refused(Verdict why) -> {
        if (why instanceof Verdict.Allow || why instanceof Verdict.Resolve) {
          throw new IllegalStateException("refused by " + why);
        }
        decide(exchange, route, why);
      }
      case Reached.ByParent(int status) ->
          answer(status, "The next proxy does not reach the server.");
      case Reached.NoAddress _ -> answer(502, "The name of the server does not resolve.");
      case Reached.Failed(int errno) -> {
        if (errno == Errno.ETIMEDOUT) {
          answer(504, "The server does not answer.");
        } else {
          answer(503, "The server cannot be reached.");
        }
      }
    }
  }

  private void connected(Exchange exchange, Reached.Connected reached) {
    TcpSocket server = reached.socket();
    answers
        .established()
        .addListener(sent -> {
          if (!sent.isSuccess() || talk.over()) {
            server.reset();
            return;
          }
          exchange.status = 200;
          tunnel(server, reached.remote(), reached.early());
        });
  }

  private void tunnel(TcpSocket server, InetSocketAddress remote, ByteBuf fromServer) {
    tunnelling = true;
    // Hands us what it has read and not decoded.
    talk.channel.pipeline().remove(decoder);
    talk.tunnel(server, remote, early, fromServer);
  }

  private void forward(Exchange exchange, HttpRoute route, Origin origin, boolean reused) {
    HttpRequest head = request;
    if (head == null) {
      throw new IllegalStateException("no request");
    }
    exchange.upstream = origin.remote;
    Forwarding carrying = forwarding;
    if (carrying == null) {
      carrying = new Forwarding(talk, answers, this::next, this::upgraded);
      forwarding = carrying;
      carrying.begin(exchange, head, route);
    }
    carrying.over(
        origin,
        reused
            ? () -> {
              talk.origin(null);
              talk.reach(exchange, route.authority(), again -> reached(exchange, route, again));
            }
            : null);
    if (!early.isReadable() && !whole) {
      talk.channel.config().setAutoRead(origin.channel.isWritable());
    }
  }

  /** The origin has agreed to another protocol. */
  private void upgraded(Origin origin, ByteBuf fromServer) {
    tunnelling = true;
    talk.channel.pipeline().remove(decoder);
    talk.tunnelWithOrigin(origin, early, fromServer);
  }

  private void content(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      content.release();
      Forwarding carrying = forwarding;
      if (carrying != null && carrying.answered()) {
        talk.close();
      } else {
        fail(400, "Bad request: a malformed chunk.");
      }
      return;
    }
    whole = content instanceof LastHttpContent;
    answers.requestIsWhole = whole;
    Forwarding carrying = forwarding;
    if (carrying == null) {
      HttpRequest head = request;
      Exchange exchange = talk.current();
      HttpRoute route = head == null ? null : HttpRoute.of(head);
      if (exchange == null || head == null || route == null) {
        content.release();
        return;
      }
      carrying = new Forwarding(talk, answers, this::next, this::upgraded);
      carrying.begin(exchange, head, route);
      forwarding = carrying;
    }
    carrying.fromClient(content);
  }

  private void fail(HttpRoute.Unroutable why) {
    fail(why.status(), why.detail());
  }

  /** Answers and closes, whatever else the client has sent. */
  private void fail(int status, String detail) {
    answers.keepAlive = false;
    answer(status, detail);
  }

  /** Answers by ourselves. */
  private void answer(int status, String detail) {
    drop();
    HttpRequest head = request;
    boolean bodyWaits = !whole && head != null && hasBody(head);
    answers.keepAlive &= !bodyWaits;
    answers.answer(status, detail);
    next(answers.keepAlive);
  }

  private void drop() {
    Forwarding carrying = forwarding;
    forwarding = null;
    if (carrying != null) {
      carrying.drop();
    }
  }

  /** The exchange has ended; the response is written. */
  private void next(boolean keepAlive) {
    forwarding = null;
    request = null;
    boolean goesOn = keepAlive && !(clientDone && !decoder.hasBytes());
    Exchange exchange = talk.current();
    if (exchange != null) {
      exchange.keptAlive = goesOn;
    }
    talk.exchangeEnded(goesOn ? decoder.undecoded() : 0);
    if (!goesOn) {
      linger();
      return;
    }
    awaiting = true;
    headClock = false;
    talk.arm(talk.settings.keepAlive(), talk::close);
    talk.channel.config().setAutoRead(true);
    talk.session
        .home()
        .loop()
        .execute(() -> {
          ChannelHandlerContext ctx = talk.channel.pipeline().context(decoder);
          if (!talk.over() && ctx != null) {
            decodeNext(ctx);
          }
        });
  }

  private void decodeNext(ChannelHandlerContext ctx) {
    try {
      decoder.next(ctx);
    } catch (Exception e) {
      talk.broke(e);
    }
  }

  /**
   * Closes so that the answer is read: with bytes of the client unread close(2) would send a RST,
   * which overtakes what we sent (RFC 9112, 9.6).
   */
  private void linger() {
    closing = true;
    talk.origin(null);
    talk.arm(Duration.ofSeconds(2), talk::close);
    talk.channel.config().setAutoRead(true);
    var _ =
        talk.channel
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(_ -> {
              if (talk.over()) {
                return;
              }
              if (clientDone) {
                talk.close();
              } else {
                var _ = talk.channel.shutdownOutput();
              }
            });
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event != ChannelInputShutdownEvent.INSTANCE) {
      return;
    }
    clientDone = true;
    if (tunnelling || talk.over()) {
      return;
    }
    // A client that has asked and half-closes still gets its answer.
    if (closing || awaiting || !whole) {
      talk.close();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Forwarding carrying = forwarding;
    if (carrying != null && ctx.channel().isWritable()) {
      carrying.clientWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    drop();
    if (!tunnelling) {
      talk.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof DecoderException && !(cause.getCause() instanceof RuntimeException)) {
      talk.reset(EndReason.BAD_REQUEST);
    } else {
      drop();
      talk.broke(cause);
    }
  }
}
