package io.finward.proxy.door;

import io.finward.proxy.http.Authority;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.util.Set;

/**
 * A request that is to be served.
 *
 * @param exchange what is told of it
 * @param head as the client sent it
 * @param route where it goes
 */
record Errand(Exchange exchange, HttpRequest head, HttpRoute route) {
  /** Methods that may be repeated (RFC 9110, 9.2.2). */
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  Authority to() {
    return route.authority();
  }

  boolean isConnect() {
    return "CONNECT".equals(exchange.method());
  }

  boolean hasBody() {
    return hasBody(head);
  }

  static boolean hasBody(HttpRequest head) {
    return HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0;
  }

  /** Whether it may be sent again when its connection ended without an answer. */
  boolean isRepeatable() {
    return IDEMPOTENT.contains(exchange.method()) && !hasBody();
  }
}
