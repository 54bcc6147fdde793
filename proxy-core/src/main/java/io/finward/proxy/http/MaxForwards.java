package io.finward.proxy.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Max-Forwards (RFC 9110, 7.6.2). */
public final class MaxForwards {
  private MaxForwards() {}

  /** What a request says, where it counts: 0 to 999999999; null without it. */
  public static @Nullable Integer of(HttpRequest request, Hop hop) {
    String value = request.headers().get(HttpHeaderNames.MAX_FORWARDS);
    boolean counts = hop.maxForwards().isPresent() || mustCount(request);
    return counts && value != null && value.matches("[0-9]{1,9}") ? Integer.valueOf(value) : null;
  }

  /** Whether every proxy has to count it. */
  public static boolean mustCount(HttpRequest request) {
    return request.method().equals(HttpMethod.TRACE) || request.method().equals(HttpMethod.OPTIONS);
  }
}
