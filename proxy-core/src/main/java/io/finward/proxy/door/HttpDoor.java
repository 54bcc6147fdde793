package io.finward.proxy.door;

import io.finward.linux.socket.StreamSocket;
import io.finward.proxy.http.HeadAwareEncoder;
import io.finward.proxy.http.Hop;
import io.finward.proxy.http.MaxForwards;
import io.finward.proxy.http.StrictRequestDecoder;
import io.finward.proxy.http.Via;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.upstream.Reached;
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
import org.jspecify.annotations.Nullable;

/**
 * The client's side of HTTP: one request after the other, each judged by a {@link Judgement}, sent
 * off by a {@link Departure}, and carried by a {@link Forwarding} or become a tunnel.
 */
final class HttpDoor extends ChannelInboundHandlerAdapter implements Course, RateWatch.Late {
  private final ClientTalk talk;
  private final StrictRequestDecoder decoder;
  private final Answers answers;
  private final Judgement judgement;
  private final Departure departure;
  private final ByteBuf early = Unpooled.buffer(0);
  private final RateWatch rates;
  private @Nullable Forwarding forwarding;
  private @Nullable Errand errand;
  private boolean bodyFollows;
  private boolean awaiting = true;
  private boolean whole;
  private boolean tunnelling;
  private boolean closing;
  private boolean clientDone;
  private boolean headClock;
  private boolean inRead;

  private HttpDoor(ClientTalk talk, StrictRequestDecoder decoder, HeadAwareEncoder encoder) {
    this.talk = talk;
    this.decoder = decoder;
    this.answers = new Answers(talk, encoder);
    this.judgement = new Judgement(talk, this);
    this.departure = new Departure(talk, judgement, this);
    // Who does not know of us is as slow as it likes with its server, as inside a tunnel.
    BodyRates wanted = talk.interception() == null ? talk.settings.rates() : BodyRates.ANY;
    this.rates = new RateWatch(talk, wanted, () -> whole, this);
  }

  static void join(ChannelPipeline pipeline, ClientTalk talk) {
    StrictRequestDecoder decoder = new StrictRequestDecoder(talk.settings.maxHead());
    HeadAwareEncoder encoder = new HeadAwareEncoder();
    HttpDoor door = new HttpDoor(talk, decoder, encoder);
    pipeline.addLast("decoder", decoder).addLast("encoder", encoder).addLast("door", door);
    talk.arm(talk.settings.head(), door::headTooSlow);
    talk.whenIdle(door::originIsSilent);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    inRead = true;
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
    inRead = false;
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

  /** RFC 9110, 15.6.5: the request is with the origin, and no answer has begun. */
  private boolean originIsSilent() {
    Forwarding carrying = forwarding;
    if (closing || !whole || carrying == null || carrying.answered()) {
      return false;
    }
    fail(504, "The server did not answer in time.");
    return true;
  }

  private void begin(HttpRequest head) {
    awaiting = false;
    whole = false;
    bodyFollows = Errand.hasBody(head);
    talk.disarm();
    boolean bad = head.decoderResult().isFailure();
    Exchange exchange = Exchange.of(bad ? null : head, talk.exchanges());
    answers.begin(exchange, head);
    HttpRoute route = bad ? null : talk.route(head);
    exchange.authority = route == null ? null : route.authority();
    talk.began(exchange);
    if (bad) {
      fail(HttpRoute.notUnderstood(head.decoderResult().cause()));
    } else if (route == null) {
      fail(HttpRoute.unroutable(head));
    } else {
      serve(new Errand(exchange, head, route));
    }
  }

  private void serve(Errand begun) {
    HttpRequest head = begun.head();
    Hop hop = talk.settings.hop();
    String expect = head.headers().get(HttpHeaderNames.EXPECT);
    String domain = hop.domain();
    String elsewhere = domain == null ? null : HttpRoute.completed(begun, domain);
    if (begun.isConnect() && bodyFollows) {
      fail(400, "CONNECT with a body.");
    } else if (Integer.valueOf(0).equals(MaxForwards.of(head, hop))) {
      usedUp(head);
    } else if (hop.refusesLoops() && Via.namesUs(head.headers())) {
      answered(400, "The request has come through this proxy before.");
    } else if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
      answered(417, "Unknown expectation.");
    } else if (elsewhere != null) {
      answers.location = elsewhere;
      answered(301, "The server is " + elsewhere);
    } else {
      errand = begun;
      rates.begin(bodyFollows);
      talk.expectNothing();
      judgement.judge(begun);
    }
  }

  private void usedUp(HttpRequest head) {
    if (MaxForwards.mustCount(head)) {
      answered(head.method().equals(HttpMethod.OPTIONS) ? 200 : 405, "Max-Forwards is used up.");
    } else {
      answered(400, "Max-Forwards is used up: proxies may form a loop.");
    }
  }

  @Override
  public void admitted(Errand begun) {
    departure.begin(begun);
  }

  @Override
  public void carriedBy(Errand begun, Origin origin, @Nullable Runnable stale) {
    begun.exchange().upstream = origin.remote;
    talk.use(origin);
    Handling handling = Handling.on(origin, talk, begun);
    if (handling.environment().http10() && HttpUtil.isTransferEncodingChunked(begun.head())) {
      // RFC 9112, 6.1: HTTP/1.0 knows no chunks, and nobody knows yet how long it is.
      talk.drop();
      answered(411, "The server wants to know the length of a request.");
      return;
    }
    Forwarding carrying = forwarding;
    if (carrying == null) {
      carrying = newForwarding(begun);
    }
    carrying.over(origin, handling, stale);
    if (!early.isReadable() && !whole) {
      talk.read(origin.channel.isWritable());
    }
  }

  private Forwarding newForwarding(Errand begun) {
    Forwarding carrying = new Forwarding(talk, answers, begun, this::next, this::upgraded);
    forwarding = carrying;
    return carrying;
  }

  @Override
  public void tunnelled(Errand begun, Reached.Connected connected) {
    StreamSocket server = connected.socket();
    answers
        .established()
        .addListener(sent -> {
          if (!sent.isSuccess() || talk.over()) {
            server.reset();
            return;
          }
          begun.exchange().status = 200;
          handOver(begun).to(connected);
        });
  }

  /** The origin has agreed to another protocol. */
  private void upgraded(Origin origin, ByteBuf fromServer) {
    Errand asked = errand;
    if (asked != null) {
      handOver(asked).toOrigin(origin, fromServer);
    }
  }

  private Handover handOver(Errand asked) {
    tunnelling = true;
    rates.end();
    // Hands us what it has read and not decoded.
    talk.channel.pipeline().remove(decoder);
    return new Handover(talk, asked.exchange(), early);
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
    Errand asked = errand;
    Forwarding carrying = forwarding;
    if (carrying != null) {
      carrying.fromClient(content);
    } else if (asked != null) {
      newForwarding(asked).fromClient(content);
    } else {
      content.release();
    }
  }

  private void fail(HttpRoute.Unroutable why) {
    fail(why.status(), why.detail());
  }

  /** Answers and closes, whatever else the client has sent. */
  private void fail(int status, String detail) {
    answers.keepAlive = false;
    answered(status, detail);
  }

  @Override
  public void bodyTooSlow() {
    Forwarding carrying = forwarding;
    if (carrying != null && carrying.answered()) {
      talk.reset(EndReason.TOO_SLOW);
    } else {
      fail(408, "The request's body comes too slowly.");
    }
  }

  @Override
  public void answerTooSlow() {
    talk.reset(EndReason.TOO_SLOW);
  }

  @Override
  public void answered(int status, String detail) {
    drop();
    answers.keepAlive &= whole || !bodyFollows;
    answers.answer(status, detail);
    next(answers.keepAlive);
  }

  @Override
  public void challenged(String challenge) {
    answers.challenge = challenge;
    answered(407, "The next proxy wants a user and password.");
  }

  @Override
  public void reset(EndReason reason) {
    talk.reset(reason);
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
    errand = null;
    rates.end();
    boolean goesOn = keepAlive && !(clientDone && !decoder.hasBytes());
    Exchange exchange = talk.current();
    if (exchange != null) {
      exchange.keptAlive = goesOn;
    }
    talk.exchangeEnded(goesOn ? decoder.undecoded() : 0);
    if (!goesOn) {
      closing = true;
      Farewell.say(talk, () -> clientDone);
      return;
    }
    awaiting = true;
    headClock = false;
    talk.arm(talk.settings.keepAlive(), talk::giveUp);
    talk.read(true);
    if (whole && !inRead && !decoder.hasBytes()) {
      decoder.rest();
      return;
    }
    talk.home
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

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event != ChannelInputShutdownEvent.INSTANCE) {
      return;
    }
    clientDone = true;
    talk.finReceived();
    if (tunnelling || talk.over()) {
      return;
    }
    // A client that has asked and half-closes still gets its answer.
    if (closing || awaiting || !whole || !halfCloses()) {
      talk.close();
    }
  }

  private boolean halfCloses() {
    Errand asked = errand;
    return asked == null
        || Handling.of(talk, asked.exchange(), asked.to(), null).environment().halfClose();
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
