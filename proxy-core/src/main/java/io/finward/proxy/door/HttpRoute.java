package io.finward.proxy.door;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.finward.proxy.http.Authority;
import io.finward.proxy.http.ForwardedHeaders;
import io.finward.proxy.http.RefusedHeadException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes and as what.
 *
 * @param authority the origin
 * @param target the origin-form target; empty for CONNECT
 * @param isAsSent whether target and Host go on as the client has sent them
 */
record HttpRoute(Authority authority, String target, boolean isAsSent) {
  private static final String SCHEME = "http://";
  private static final int HTTP = 80;

  /** Of a client that is configured to use a proxy. */
  HttpRoute(Authority authority, String target) {
    this(authority, target, false);
  }

  /** Of a client that thinks it talks to the server. */
  static HttpRoute asSent(Authority authority, String target) {
    return new HttpRoute(authority, target, true);
  }

  /** What a request cannot be answered with but an error. */
  record Unroutable(int status, String detail) {}

  /** A user and password as Basic says them (RFC 7617). */
  record Credentials(String user, String password) {}

  /** The route of a request; null when {@link #unroutable} says why there is none. */
  static @Nullable HttpRoute of(HttpRequest request) {
    String uri = request.uri();
    if (request.method().equals(HttpMethod.CONNECT)) {
      Authority authority = Authority.parse(uri, 0);
      return authority == null ? null : new HttpRoute(authority, "");
    }
    if (!uri.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    int end = SCHEME.length();
    while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
      end++;
    }
    Authority authority = Authority.parse(uri.substring(SCHEME.length(), end), HTTP);
    String rest = uri.substring(end);
    if (authority == null || rest.indexOf('#') >= 0) {
      return null;
    }
    // RFC 9112, 3.2.4: OPTIONS without a path asks about the server as a whole.
    String bare = request.method().equals(HttpMethod.OPTIONS) ? "*" : "/";
    String target = rest.isEmpty() ? bare : rest.startsWith("?") ? "/" + rest : rest;
    return new HttpRoute(authority, target);
  }

  /**
   * Where a client is sent that asks for a name without a dot, as Apache's ProxyDomain does: GET
   * and HEAD only.
   *
   * @param domain with its leading dot
   * @return null when it is served as it is
   */
  static @Nullable String completed(Errand errand, String domain) {
    String host = errand.to().host();
    boolean bare = host.indexOf('.') < 0 && host.indexOf(':') < 0 && !host.equals("localhost");
    HttpMethod method = errand.head().method();
    return bare && (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
        ? SCHEME
            + new Authority(host + domain, errand.to().port()).hostHeader()
            + errand.route().target()
        : null;
  }

  static Unroutable unroutable(HttpRequest request) {
    String uri = request.uri().toLowerCase(Locale.ROOT);
    if (uri.matches("[a-z][a-z0-9+.-]*://.*") && !uri.startsWith(SCHEME)) {
      return new Unroutable(501, "This proxy speaks http and CONNECT.");
    }
    return new Unroutable(400, "The request names no server.");
  }

  /** What is wrong with a request that was not understood. */
  static Unroutable notUnderstood(@Nullable Throwable cause) {
    return cause instanceof RefusedHeadException refused
        ? new Unroutable(refused.status(), "Bad request: " + refused.getMessage() + ".")
        : new Unroutable(400, "Bad request.");
  }

  /** What the client wants to upgrade to; null when it does not. */
  static @Nullable String upgrade(HttpRequest request) {
    return ForwardedHeaders.says(request.headers(), HttpHeaderNames.CONNECTION, "upgrade")
        ? request.headers().get(HttpHeaderNames.UPGRADE)
        : null;
  }

  /** The credentials of Proxy-Authorization; null without, or when they are malformed. */
  static @Nullable Credentials credentials(HttpRequest request) {
    String value = request.headers().get(HttpHeaderNames.PROXY_AUTHORIZATION);
    if (value == null || !value.regionMatches(true, 0, "Basic ", 0, 6)) {
      return null;
    }
    try {
      String pair = new String(Base64.getDecoder().decode(value.substring(6).trim()), UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0
          ? null
          : new Credentials(pair.substring(0, colon), pair.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
