package io.finward.proxy.door;

import io.finward.proxy.http.ConnectionAuthentication;
import io.finward.proxy.http.ForwardedHeaders;
import io.finward.proxy.upstream.Parent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to an origin and the response on its way back, both streamed; who reads
 * too fast is not read from.
 */
final class Forwarding implements Origin.Receiver {
  private static final int UNAUTHORIZED = 401;
  private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

  /** Told when the response is written. */
  interface Done {
    void done(boolean keepAlive);
  }

  private final ClientTalk talk;
  private final Answers answers;
  private final Errand errand;
  private final Done done;
  private final Switching.Upgraded upgraded;
  private final Queue<HttpContent> waiting = new ArrayDeque<>();
  private @Nullable Origin origin;
  private @Nullable Runnable retry;
  private @Nullable Switching switching;
  private @Nullable AnswerHead answer;
  private @Nullable Handling handling;
  private long readBefore;
  private boolean requestWhole;
  private boolean interim;
  private boolean requestUnflushed;
  private boolean answerUnflushed;

  Forwarding(
      ClientTalk talk, Answers answers, Errand errand, Done done, Switching.Upgraded upgraded) {
    this.talk = talk;
    this.answers = answers;
    this.errand = errand;
    this.done = done;
    this.upgraded = upgraded;
  }

  /** Whether the client has got the head of a response. */
  boolean answered() {
    return answer != null;
  }

  /**
   * Sends the request over a connection.
   *
   * @param how what rules do to it there
   * @param onStale run when the connection turns out to be closed and the request may be repeated;
   *     null for a connection that is new
   */
  void over(Origin next, Handling how, @Nullable Runnable onStale) {
    origin = next;
    handling = how;
    retry = onStale;
    readBefore = next.wire.read;
    if (ConnectionAuthentication.given(errand.head().headers())
        || (how.environment().chainAuth() && next.key.proxy() != null)) {
      next.bind();
    }
    next.receiver(this);
    next.decoder.answersHead(answers.head);
    next.channel.config().setAutoRead(true);
    var _ = next.channel.write(RequestHead.of(talk, errand, how, next.key.proxy()));
    boolean again = requestWhole && waiting.isEmpty();
    for (HttpContent content = waiting.poll(); content != null; content = waiting.poll()) {
      var _ = next.channel.write(content);
    }
    if (again) {
      var _ = next.channel.write(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    next.channel.flush();
  }

  void fromClient(HttpContent content) {
    requestWhole = content instanceof LastHttpContent;
    Origin to = origin;
    if (to == null) {
      waiting.add(content);
      return;
    }
    requestUnflushed = true;
    var _ = to.channel.write(content);
    if (requestWhole) {
      clientFlush();
      talk.expectNothing();
    } else if (!to.channel.isWritable()) {
      clientFlush();
      talk.read(to.channel.isWritable());
    }
  }

  void clientFlush() {
    Origin to = origin;
    if (to != null && requestUnflushed) {
      requestUnflushed = false;
      to.channel.flush();
    }
  }

  void clientWritable() {
    Origin from = origin;
    if (from != null && switching == null) {
      from.channel.config().setAutoRead(true);
    }
  }

  /** Nobody wants the response any more. */
  void drop() {
    for (HttpContent content = waiting.poll(); content != null; content = waiting.poll()) {
      content.release();
    }
    if (origin != null) {
      origin = null;
      talk.drop();
    }
  }

  @Override
  public void originWritable() {
    if (!requestWhole) {
      talk.read(true);
    }
  }

  @Override
  public void originFlush() {
    if (answerUnflushed) {
      answerUnflushed = false;
      talk.channel.flush();
    }
  }

  @Override
  public void fromOrigin(Origin from, Object message) {
    if (message instanceof HttpResponse response) {
      response(from, response);
    } else if (message instanceof HttpContent content) {
      content(from, content);
    } else if (message instanceof ByteBuf bytes && switching != null) {
      switching.keep(bytes);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void response(Origin from, HttpResponse response) {
    int status = response.status().code();
    Handling how = handling;
    retry = null;
    if (how == null || response.decoderResult().isFailure()) {
      badGateway("The server's answer is malformed.");
      return;
    }
    errand.exchange().originStatus = status;
    Parent parent = from.key.proxy();
    boolean chained = how.environment().chainAuth() && parent != null && parent.login() == null;
    if (status == PROXY_AUTHENTICATION_REQUIRED && parent != null && !chained) {
      // It is us whom the parent asks: the client has no password for it.
      badGateway("The next proxy refuses our password.");
    } else if (status == Switching.STATUS) {
      // RFC 9110, 7.8: not before the whole request has been read.
      if (requestWhole && from.isSent() && Switching.isWanted(errand, response, answers)) {
        Switching begun = new Switching(talk, from);
        switching = begun;
        begun.pass(errand.exchange(), response, upgraded);
      } else {
        badGateway("The server has changed the protocol.");
      }
    } else if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      interim(response);
    } else {
      answer(from, response, how);
    }
  }

  private void interim(HttpResponse response) {
    interim = true;
    if (!answers.http10) {
      ForwardedHeaders.removeHopByHop(response.headers());
      var _ =
          talk.channel.writeAndFlush(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1,
                  response.status(),
                  Unpooled.EMPTY_BUFFER,
                  response.headers(),
                  EmptyHttpHeaders.INSTANCE));
    }
  }

  private void answer(Origin from, HttpResponse response, Handling how) {
    int status = response.status().code();
    boolean asks = status == UNAUTHORIZED || status == PROXY_AUTHENTICATION_REQUIRED;
    if (asks && ConnectionAuthentication.asked(response.headers())) {
      from.bind();
    }
    AnswerHead head = AnswerHead.of(response, answers, talk.settings.hop(), how);
    answer = head;
    Exchange exchange = errand.exchange();
    exchange.status = status;
    exchange.responseHeaders = head.response().headers();
    answerUnflushed = true;
    var _ = talk.channel.write(head.response());
  }

  private void content(Origin from, HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    AnswerHead head = answer;
    if (interim || switching != null) {
      interim = interim && !last;
      content.release();
    } else if (head == null || content.decoderResult().isFailure()) {
      content.release();
      badGateway("The server's answer is malformed.");
    } else {
      errand.exchange().contentSent += answers.head ? 0 : content.content().readableBytes();
      if (last) {
        last(from, head, content);
      } else {
        answerUnflushed = true;
        var _ = talk.channel.write(content);
        if (!talk.channel.isWritable()) {
          originFlush();
          from.channel.config().setAutoRead(talk.channel.isWritable());
        }
      }
    }
  }

  private void last(Origin from, AnswerHead head, HttpContent content) {
    answerUnflushed = false;
    if (head.closeDelimited()) {
      if (content.content().isReadable()) {
        var _ = talk.channel.write(new DefaultHttpContent(content.content().retain()));
      }
      content.release();
      var _ = talk.channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      var _ = talk.channel.writeAndFlush(content);
    }
    errand.exchange().complete = true;
    Handling how = handling;
    boolean mayGoOn = how != null && how.environment().keepAlive() && requestWhole;
    end(from, mayGoOn && head.originKeepsAlive() && !from.decoder.hasBytes());
  }

  private void end(Origin from, boolean goesOn) {
    from.receiver(null);
    origin = null;
    OriginPool pool = talk.home.pool();
    if (!goesOn || !from.isActive()) {
      talk.drop();
    } else if (!from.isBound() && pool.keeps()) {
      talk.leave();
      pool.put(from);
    } else {
      from.channel.config().setAutoRead(true);
    }
    done.done(answers.keepAlive);
  }

  @Override
  public void originGone(Origin from) {
    Runnable again = retry;
    if (switching != null) {
      talk.close();
    } else if (again != null
        && requestWhole
        && from.wire.read == readBefore
        && errand.isRepeatable()) {
      retry = null;
      origin = null;
      again.run();
    } else {
      badGateway("The server closed the connection without an answer.");
    }
  }

  private void badGateway(String why) {
    Origin from = origin;
    if (from != null) {
      from.receiver(null);
    }
    drop();
    talk.drop();
    if (answered()) {
      // The missing end tells the client that this was not all.
      var _ = talk.channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> talk.close());
      return;
    }
    answers.keepAlive &= requestWhole;
    answers.answer(502, why);
    done.done(answers.keepAlive);
  }
}
