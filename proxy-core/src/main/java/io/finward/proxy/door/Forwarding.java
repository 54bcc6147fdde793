package io.finward.proxy.door;

import io.finward.proxy.http.ForwardedHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to an origin and the response on its way back, both streamed; who reads
 * too fast is not read from.
 */
final class Forwarding implements Origin.Receiver {
  private static final int SWITCHING = 101;
  private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
  private static final Set<String> SAFE_TO_REPEAT = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

  /** Told when the response is written. */
  interface Done {
    void done(boolean keepAlive);
  }

  /** Told when the origin has agreed to another protocol. */
  interface Upgraded {
    void upgraded(Origin origin, ByteBuf fromServer);
  }

  private final ClientTalk talk;
  private final Answers answers;
  private final Done done;
  private final Upgraded upgraded;
  private final Queue<HttpContent> waiting = new ArrayDeque<>();
  private final ByteBuf afterUpgrade = Unpooled.buffer(0);
  private @Nullable Exchange exchange;
  private @Nullable HttpRequest request;
  private @Nullable HttpRoute route;
  private @Nullable Origin origin;
  private @Nullable Runnable retry;
  private boolean requestWhole;
  private boolean answered;
  private boolean interim;
  private boolean upgrading;
  private boolean originKeepsAlive;
  private boolean closeDelimited;

  Forwarding(ClientTalk talk, Answers answers, Done done, Upgraded upgraded) {
    this.talk = talk;
    this.answers = answers;
    this.done = done;
    this.upgraded = upgraded;
  }

  void begin(Exchange begun, HttpRequest head, HttpRoute to) {
    exchange = begun;
    request = head;
    route = to;
  }

  /** Whether the client has got the head of a response. */
  boolean answered() {
    return answered;
  }

  /**
   * Sends the request over a connection.
   *
   * @param onStale run when the connection turns out to be closed and the request may be repeated;
   *     null for a connection that is new
   */
  void over(Origin next, @Nullable Runnable onStale) {
    HttpRequest head = request;
    HttpRoute to = route;
    if (head == null || to == null) {
      throw new IllegalStateException("not begun");
    }
    origin = next;
    retry = onStale;
    next.receiver(this);
    next.channel.config().setAutoRead(true);
    var _ = next.channel.write(to.head(head, talk, next.parent));
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
    var _ = to.channel.write(content);
    if (requestWhole) {
      to.channel.flush();
      talk.channel.config().setAutoRead(false);
    } else if (!to.channel.isWritable()) {
      to.channel.flush();
      talk.channel.config().setAutoRead(to.channel.isWritable());
    }
  }

  void clientFlush() {
    Origin to = origin;
    if (to != null) {
      to.channel.flush();
    }
  }

  void clientWritable() {
    Origin from = origin;
    if (from != null && !upgrading) {
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
      talk.origin(null);
    }
  }

  @Override
  public void originWritable() {
    if (!requestWhole) {
      talk.channel.config().setAutoRead(true);
    }
  }

  @Override
  public void originFlush() {
    talk.channel.flush();
  }

  @Override
  public void fromOrigin(Origin from, Object message) {
    if (message instanceof HttpResponse response) {
      response(from, response);
    } else if (message instanceof HttpContent content) {
      content(from, content);
    } else if (message instanceof ByteBuf bytes) {
      afterUpgrade.writeBytes(bytes);
      bytes.release();
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void response(Origin from, HttpResponse response) {
    Exchange now = exchange;
    int status = response.status().code();
    retry = null;
    if (now == null || response.decoderResult().isFailure()) {
      badGateway("The server's answer is malformed.");
      return;
    }
    now.originStatus = status;
    if (status == PROXY_AUTHENTICATION_REQUIRED && from.parent != null) {
      // It is us whom the parent asks: the client has no password for it.
      badGateway("The next proxy refuses our password.");
      return;
    }
    if (status == SWITCHING) {
      switching(from, response);
    } else if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
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
    } else {
      answer(now, response);
    }
  }

  private void answer(Exchange now, HttpResponse response) {
    answered = true;
    boolean chunked = HttpUtil.isTransferEncodingChunked(response);
    boolean sized = response.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
    boolean empty = answers.head || noContent(response.status());
    originKeepsAlive = HttpUtil.isKeepAlive(response) && (chunked || sized || empty);
    HttpHeaders headers = response.headers();
    ForwardedHeaders.removeHopByHop(headers);
    if (chunked) {
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    }
    if (!empty && (chunked || !sized)) {
      if (answers.http10) {
        closeDelimited = true;
        answers.keepAlive = false;
      } else {
        headers.set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
      }
    }
    answers.keepAlive &= answers.requestIsWhole;
    answers.connection(headers);
    talk.settings
        .via()
        .apply(
            headers,
            response.protocolVersion().majorVersion()
                + "."
                + response.protocolVersion().minorVersion());
    now.status = response.status().code();
    now.responseHeaders = headers;
    var _ =
        talk.channel.write(
            new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status(), headers));
  }

  private static boolean noContent(HttpResponseStatus status) {
    return status.code() == 204 || status.code() == 304;
  }

  private void switching(Origin from, HttpResponse response) {
    HttpRequest asked = request;
    String protocol = response.headers().get(HttpHeaderNames.UPGRADE);
    if (asked == null || protocol == null || answers.http10 || HttpRoute.upgrade(asked) == null) {
      badGateway("The server has changed the protocol.");
      return;
    }
    upgrading = true;
    from.channel.config().setAutoRead(false);
    HttpHeaders headers = response.headers();
    ForwardedHeaders.removeHopByHop(headers);
    headers.set(HttpHeaderNames.CONNECTION, "Upgrade").set(HttpHeaderNames.UPGRADE, protocol);
    Exchange now = exchange;
    if (now != null) {
      now.status = SWITCHING;
      now.responseHeaders = headers;
    }
    var _ =
        talk.channel
            .writeAndFlush(
                new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    response.status(),
                    Unpooled.EMPTY_BUFFER,
                    headers,
                    EmptyHttpHeaders.INSTANCE))
            .addListener(sent -> {
              if (sent.isSuccess() && !talk.over()) {
                upgraded.upgraded(from, afterUpgrade);
              }
            });
  }

  private void content(Origin from, HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (interim || upgrading) {
      interim = interim && !last;
      content.release();
      return;
    }
    Exchange now = exchange;
    if (now == null || content.decoderResult().isFailure()) {
      content.release();
      badGateway("The server's answer is malformed.");
      return;
    }
    now.contentSent += answers.head ? 0 : content.content().readableBytes();
    if (!last) {
      var _ = talk.channel.write(content);
      if (!talk.channel.isWritable()) {
        talk.channel.flush();
        from.channel.config().setAutoRead(talk.channel.isWritable());
      }
      return;
    }
    if (closeDelimited && content.content().isReadable()) {
      var _ = talk.channel.write(new DefaultHttpContent(content.content().retain()));
    }
    if (closeDelimited) {
      content.release();
      var _ = talk.channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      var _ = talk.channel.writeAndFlush(content);
    }
    now.complete = true;
    end(from);
  }

  private void end(Origin from) {
    from.receiver(null);
    origin = null;
    if (!originKeepsAlive || !requestWhole) {
      talk.origin(null);
    }
    done.done(answers.keepAlive);
  }

  @Override
  public void originGone(Origin from) {
    if (upgrading) {
      talk.close();
      return;
    }
    Runnable again = retry;
    HttpRequest asked = request;
    if (again != null
        && requestWhole
        && asked != null
        && SAFE_TO_REPEAT.contains(asked.method().name())
        && !HttpUtil.isTransferEncodingChunked(asked)
        && HttpUtil.getContentLength(asked, 0L) == 0) {
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
    talk.origin(null);
    if (answered) {
      // The missing end tells the client that this was not all.
      var _ = talk.channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> talk.close());
      return;
    }
    answers.keepAlive &= requestWhole;
    answers.answer(502, why);
    done.done(answers.keepAlive);
  }
}
