package io.finward.proxy.door;

import io.finward.proxy.http.ForwardedHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;

/**
 * An origin's change to the protocol that the client asked for (RFC 9110, 7.8): what the origin
 * says after its 101 waits until the client has got that.
 */
final class Switching {
  static final int STATUS = 101;

  /** Told when the client knows. */
  interface Upgraded {
    void upgraded(Origin origin, ByteBuf fromServer);
  }

  private final ClientTalk talk;
  private final Origin origin;
  private final ByteBuf fromServer = Unpooled.buffer(0);

  Switching(ClientTalk talk, Origin origin) {
    this.talk = talk;
    this.origin = origin;
  }

  /** Whether a 101 answers what the client has asked for. */
  static boolean isWanted(Errand errand, HttpResponse response, Answers answers) {
    return response.headers().contains(HttpHeaderNames.UPGRADE)
        && !answers.http10
        && HttpRoute.upgrade(errand.head()) != null;
  }

  /** Passes the 101 on. {@code told} may be called within this call. */
  void pass(Exchange exchange, HttpResponse response, Upgraded told) {
    origin.channel.config().setAutoRead(false);
    HttpHeaders headers = response.headers();
    String protocol = headers.get(HttpHeaderNames.UPGRADE);
    ForwardedHeaders.removeHopByHop(headers);
    headers.set(HttpHeaderNames.CONNECTION, "Upgrade").set(HttpHeaderNames.UPGRADE, protocol);
    exchange.status = STATUS;
    exchange.responseHeaders = headers;
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
                told.upgraded(origin, fromServer);
              }
            });
  }

  /** Keeps bytes of the new protocol; releases them. */
  void keep(ByteBuf bytes) {
    fromServer.writeBytes(bytes);
    bytes.release();
  }
}
