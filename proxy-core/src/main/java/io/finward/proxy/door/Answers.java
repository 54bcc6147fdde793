package io.finward.proxy.door;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.finward.proxy.http.ErrorPage;
import io.finward.proxy.http.ErrorPages;
import io.finward.proxy.http.ForwardedHeaders;
import io.finward.proxy.http.HeadAwareEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** What goes to the client of an HTTP connection: the proxy's own answers, and every Connection. */
final class Answers {
  private static final ByteBuf ESTABLISHED =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer(
              "HTTP/1.1 200 Connection established\r\nProxy-agent: Finward\r\n\r\n", US_ASCII));

  /** Whether the connection goes on after the response at hand. */
  boolean keepAlive;

  /** Whether the request at hand has been read to its end. */
  boolean requestIsWhole;

  boolean http10;
  boolean head;

  /** What a 407 asks; null for our own question. */
  @Nullable String challenge;

  /** Where a 301 leads. */
  @Nullable String location;

  private final ClientTalk talk;
  private final HeadAwareEncoder encoder;
  private @Nullable Exchange exchange;
  private @Nullable String accept;

  Answers(ClientTalk talk, HeadAwareEncoder encoder) {
    this.talk = talk;
    this.encoder = encoder;
  }

  void begin(Exchange begun, HttpRequest request) {
    exchange = begun;
    accept = request.headers().get(HttpHeaderNames.ACCEPT);
    http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    head = request.method().equals(HttpMethod.HEAD);
    encoder.answersHead(head);
    keepAlive =
        ForwardedHeaders.keepsAlive(request.headers(), http10) && !talk.home.sessions().draining();
    requestIsWhole = false;
    challenge = null;
    location = null;
  }

  /** Says in a response's headers whether the connection goes on. */
  void connection(HttpHeaders headers) {
    if (!keepAlive) {
      headers.set(HttpHeaderNames.CONNECTION, "close");
    } else if (http10) {
      headers.set(HttpHeaderNames.CONNECTION, "keep-alive");
    }
  }

  /** The proxy's own answer, whole. */
  void answer(int status, String detail) {
    ErrorPage page =
        talk.settings.errorPages().page(new ErrorPages.Problem(status, detail, accept));
    ByteBuf body = Unpooled.copiedBuffer(page.body(), UTF_8);
    int length = body.readableBytes();
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
    HttpHeaders headers = response.headers();
    headers
        .set(HttpHeaderNames.CONTENT_TYPE, page.contentType())
        .set(HttpHeaderNames.CONTENT_LENGTH, length)
        .set("Proxy-agent", "Finward");
    if (status == HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED.code()) {
      String asked = challenge;
      headers.set(
          HttpHeaderNames.PROXY_AUTHENTICATE,
          asked == null
              ? "Basic realm=\"%s\", charset=\"UTF-8\"".formatted(talk.settings.realm())
              : asked);
    }
    if (location != null) {
      headers.set(HttpHeaderNames.LOCATION, location);
    }
    connection(headers);
    Exchange answered = exchange;
    if (answered != null) {
      answered.status = status;
      answered.responseHeaders = headers;
      answered.contentSent = head ? 0 : length;
      answered.complete = true;
    }
    var _ = talk.channel.writeAndFlush(response);
  }

  /** Tells that a CONNECT has succeeded. */
  ChannelFuture established() {
    // Past the encoder, which would wait for the content of a response.
    return talk.channel.pipeline().context(encoder).writeAndFlush(ESTABLISHED.duplicate());
  }
}
