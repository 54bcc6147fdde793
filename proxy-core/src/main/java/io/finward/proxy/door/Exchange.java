package io.finward.proxy.door;

import io.finward.proxy.http.Authority;
import io.finward.proxy.session.HttpExchange;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One exchange as it comes to pass. Belongs to the session's loop. */
final class Exchange implements HttpExchange {
  private final String method;
  private final String target;
  private final String protocol;
  private final @Nullable HttpHeaders requestHeaders;
  private final int before;
  private final long startedMillis = System.currentTimeMillis();
  private final long startedNanos = System.nanoTime();

  @Nullable HttpHeaders responseHeaders;
  @Nullable Authority authority;
  @Nullable InetSocketAddress upstream;
  @Nullable String user;
  Set<String> groups = Set.of();
  int status;
  int originStatus;
  long bytesReceived;
  long bytesSent;
  long contentSent;
  boolean complete;
  boolean keptAlive;

  /**
   * Begins now.
   *
   * @param before how many requests the connection had before
   */
  Exchange(
      String method,
      String target,
      String protocol,
      @Nullable HttpHeaders requestHeaders,
      int before) {
    this.method = method;
    this.target = target;
    this.protocol = protocol;
    this.requestHeaders = requestHeaders;
    this.before = before;
  }

  /**
   * Of an HTTP request that begins now.
   *
   * @param head null when it was not understood
   * @param before how many requests the connection had before
   */
  static Exchange of(@Nullable HttpRequest head, int before) {
    return head == null
        ? new Exchange("", "", "", null, before)
        : new Exchange(
            head.method().name(),
            head.uri(),
            head.protocolVersion().text(),
            head.headers(),
            before);
  }

  @Override
  public String requestLine() {
    return method.isEmpty() ? "" : method + ' ' + target + ' ' + protocol;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String target() {
    return target;
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public @Nullable String requestHeader(String name) {
    return joined(requestHeaders, name);
  }

  @Override
  public @Nullable String responseHeader(String name) {
    return joined(responseHeaders, name);
  }

  private static @Nullable String joined(@Nullable HttpHeaders headers, String name) {
    return headers == null || !headers.contains(name)
        ? null
        : String.join(", ", headers.getAll(name));
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public int originStatus() {
    return originStatus;
  }

  @Override
  public @Nullable String user() {
    return user;
  }

  @Override
  public @Nullable String host() {
    Authority known = authority;
    return known == null ? null : known.host();
  }

  @Override
  public int port() {
    Authority known = authority;
    return known == null ? 0 : known.port();
  }

  @Override
  public @Nullable InetSocketAddress upstream() {
    return upstream;
  }

  @Override
  public long bytesReceived() {
    return bytesReceived;
  }

  @Override
  public long bytesSent() {
    return bytesSent;
  }

  @Override
  public long contentSent() {
    return contentSent;
  }

  @Override
  public long startedMillis() {
    return startedMillis;
  }

  @Override
  public long startedNanos() {
    return startedNanos;
  }

  @Override
  public int keepAlives() {
    return before;
  }

  @Override
  public boolean complete() {
    return complete;
  }

  @Override
  public boolean keptAlive() {
    return keptAlive;
  }
}
