package io.finward.appliance.accesslog;

import io.finward.proxy.session.HttpExchange;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that is what a test says.
 *
 * @param requestLine of three words
 * @param request headers, their names in lower case
 * @param response the same
 * @param bytes received, sent, and sent as content
 */
public record FakeExchange(
    String requestLine,
    Map<String, String> request,
    Map<String, String> response,
    int status,
    @Nullable String user,
    Bytes bytes,
    Start start,
    boolean complete,
    boolean keptAlive)
    implements HttpExchange {
  public record Bytes(long received, long sent, long content) {}

  public record Start(long millis, long nanos) {}

  /** A GET for an absolute URL that went well, at {@link FakeView}'s time of accept. */
  public static FakeExchange get() {
    return new FakeExchange(
        "GET http://www.example.com/a/b?c=d HTTP/1.1",
        Map.of(
            "referer", "http://www.example.com/start",
            "user-agent", "curl/8.5",
            "cookie", "a=1; session=abc=def; b"),
        Map.of("content-type", "text/html; charset=utf-8", "server", "origin/1"),
        200,
        "alice",
        new Bytes(150, 5_300, 5_000),
        new Start(FakeView.ACCEPTED_MILLIS, FakeView.ACCEPTED_NANOS),
        true,
        true);
  }

  FakeExchange line(String other) {
    return new FakeExchange(
        other, request, response, status, user, bytes, start, complete, keptAlive);
  }

  FakeExchange status(int other) {
    return new FakeExchange(
        requestLine, request, response, other, user, bytes, start, complete, keptAlive);
  }

  FakeExchange user(@Nullable String other) {
    return new FakeExchange(
        requestLine, request, response, status, other, bytes, start, complete, keptAlive);
  }

  FakeExchange bytes(Bytes other) {
    return new FakeExchange(
        requestLine, request, response, status, user, other, start, complete, keptAlive);
  }

  FakeExchange start(Start other) {
    return new FakeExchange(
        requestLine, request, response, status, user, bytes, other, complete, keptAlive);
  }

  FakeExchange ended(boolean whole, boolean goesOn) {
    return new FakeExchange(
        requestLine, request, response, status, user, bytes, start, whole, goesOn);
  }

  FakeExchange requestHeader(String name, String value) {
    Map<String, String> headers = new TreeMap<>(request);
    headers.put(name, value);
    return new FakeExchange(
        requestLine, headers, response, status, user, bytes, start, complete, keptAlive);
  }

  FakeExchange responseHeaders(Map<String, String> headers) {
    return new FakeExchange(
        requestLine, request, headers, status, user, bytes, start, complete, keptAlive);
  }

  private String word(int index) {
    String[] words = requestLine.split(" ", -1);
    return index < words.length ? words[index] : "";
  }

  @Override
  public String method() {
    return word(0);
  }

  @Override
  public String target() {
    return word(1);
  }

  @Override
  public String protocol() {
    return word(2);
  }

  @Override
  public @Nullable String requestHeader(String name) {
    return request.get(name.toLowerCase(Locale.ROOT));
  }

  @Override
  public @Nullable String responseHeader(String name) {
    return response.get(name.toLowerCase(Locale.ROOT));
  }

  @Override
  public int originStatus() {
    return status;
  }

  @Override
  public String host() {
    return authority().replaceFirst(":[0-9]+$", "");
  }

  @Override
  public int port() {
    String port = authority().substring(host().length());
    return port.isEmpty() ? 80 : Integer.parseInt(port.substring(1));
  }

  private String authority() {
    return target().replaceFirst("^[a-z]+://", "").replaceFirst("/.*", "").replaceFirst(".*@", "");
  }

  @Override
  public InetSocketAddress upstream() {
    return FakeView.endpoint("203.0.113.80:80");
  }

  @Override
  public long bytesReceived() {
    return bytes.received();
  }

  @Override
  public long bytesSent() {
    return bytes.sent();
  }

  @Override
  public long contentSent() {
    return bytes.content();
  }

  @Override
  public long startedMillis() {
    return start.millis();
  }

  @Override
  public long startedNanos() {
    return start.nanos();
  }

  @Override
  public int keepAlives() {
    return keptAlive ? 3 : 0;
  }
}
