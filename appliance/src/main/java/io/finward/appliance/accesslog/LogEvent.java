package io.finward.appliance.accesslog;

import io.finward.appliance.text.AddressText;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.HttpExchange;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a line tells of: an exchange, or a session of which nobody reads the bytes. Such a session
 * is written as the CONNECT that would have opened it, which is how Squid writes what it takes
 * over, and what log analysers read. Lives only within one call on the session's loop.
 *
 * @param exchange null for an intercepted session
 * @param reason why the session ended; null while it has not
 * @param nowNanos {@link System#nanoTime}
 */
record LogEvent(
    LogMoment moment,
    SessionView session,
    Tally tally,
    @Nullable HttpExchange exchange,
    @Nullable EndReason reason,
    long nowNanos) {
  private static final String HIDDEN_PASSWORD = "XXXXXXXX";

  /** Milliseconds since the epoch when it began. */
  long startedMillis() {
    return exchange == null ? session.acceptedMillis() : exchange.startedMillis();
  }

  /** How long it has lasted. */
  long micros() {
    long from = exchange == null ? session.acceptedNanos() : exchange.startedNanos();
    return Math.max(0, (nowNanos - from) / 1000);
  }

  /** Milliseconds since the epoch now, by the clock that does not jump. */
  long endedMillis() {
    return startedMillis() + micros() / 1000;
  }

  /** Milliseconds from the accept to a moment of the tally; -1 when there was none. */
  long sinceAccept(long nanos) {
    return nanos == 0
        ? -1
        : Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos - session.acceptedNanos()));
  }

  /** Milliseconds between the two FINs, or from the one to now; -1 without one. */
  long halfCloseMillis() {
    Side first = session.closedFirst();
    if (first == null || tally.fin(first) == 0) {
      return -1;
    }
    long other = tally.fin(first.other());
    return TimeUnit.NANOSECONDS.toMillis((other == 0 ? nowNanos : other) - tally.fin(first));
  }

  String method() {
    return exchange == null ? "CONNECT" : exchange.method();
  }

  String protocol() {
    return exchange == null ? "HTTP/1.1" : exchange.protocol();
  }

  /** The target as received, but for a password in it. */
  String target() {
    return exchange == null
        ? AddressText.format(session.originalDestination())
        : withoutPassword(exchange.target());
  }

  /** The request line as received, but for a password in it. */
  String requestLine() {
    return exchange == null
        ? "CONNECT " + AddressText.format(session.originalDestination()) + " HTTP/1.1"
        : withoutPassword(exchange.requestLine());
  }

  /** What the client was told; of a session what CONNECT would have been told; 0 for nothing. */
  int status() {
    if (exchange != null) {
      return exchange.status();
    }
    if (tally.connected() != 0) {
      return 200;
    }
    return reason == null ? 0 : status(reason);
  }

  private static int status(EndReason reason) {
    return switch (reason) {
      case DENIED, LOOP -> 403;
      case NO_ORIGINAL_DESTINATION, BAD_REQUEST, BAD_PROXY_HEADER -> 400;
      case CONNECT_TIMEOUT -> 504;
      case CONNECT_REFUSED, CONNECT_UNREACHABLE, LIMIT, TABLE_FULL -> 503;
      case FINISHED,
          RESET_BY_CLIENT,
          RESET_BY_SERVER,
          IDLE,
          TOO_SLOW,
          PARKED,
          TUPLE_REUSED,
          KILLED,
          SHUTDOWN,
          SOCKET_ERROR ->
          0;
    };
  }

  /** Whether nobody reads its bytes any more. */
  boolean tunnel() {
    return exchange == null
        || (exchange.method().equals("CONNECT")
            && (exchange.status() == 0 || exchange.status() / 100 == 2));
  }

  long bytesReceived() {
    return exchange == null
        ? session.bytesFrom(Side.CLIENT)
        : soFar(exchange.bytesReceived(), Side.CLIENT);
  }

  long bytesSent() {
    return exchange == null
        ? session.bytesFrom(Side.SERVER)
        : soFar(exchange.bytesSent(), Side.SERVER);
  }

  long contentSent() {
    return exchange == null
        ? session.bytesFrom(Side.SERVER)
        : soFar(exchange.contentSent(), Side.SERVER);
  }

  /** An exchange counts a tunnel's bytes at its end, the session does all the time. */
  private long soFar(long counted, Side from) {
    return moment == LogMoment.INTERVAL && tunnel()
        ? Math.max(counted, session.bytesFrom(from))
        : counted;
  }

  /** Why it ended; null while it lasts. */
  @Nullable String closeReason() {
    if (reason != null) {
      return reason.word();
    }
    return exchange != null && moment == LogMoment.END ? EndReason.FINISHED.word() : null;
  }

  /** As {@code %X}: aborted, goes on, or closed. */
  char connectionStatus() {
    if (exchange != null) {
      return !exchange.complete() ? 'X' : exchange.keptAlive() ? '+' : '-';
    }
    return reason == null || reason == EndReason.FINISHED || tally.fin(Side.CLIENT) != 0
        ? '-'
        : 'X';
  }

  /** Where the client wanted to go, without the port: by name, when somebody has seen one. */
  @Nullable String host() {
    if (exchange != null) {
      return exchange.host();
    }
    Heard heard = session.heard();
    String said = heard == null ? null : heard.host();
    return said == null ? AddressText.format(session.originalDestination().getAddress()) : said;
  }

  int port() {
    return exchange == null ? session.originalDestination().getPort() : exchange.port();
  }

  /** The address that was dialled; null when none was. */
  @Nullable InetSocketAddress upstream() {
    if (exchange != null) {
      return exchange.upstream();
    }
    return tally.connected() == 0 ? null : session.upstream();
  }

  /** As Apache's {@code apr_uri_unparse} does it: the password of a URL is nobody's business. */
  private static String withoutPassword(String text) {
    int authority = text.indexOf("://");
    if (authority < 0) {
      return text;
    }
    authority += 3;
    int end = authority;
    while (end < text.length() && "/?# ".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    int at = text.lastIndexOf('@', end - 1);
    int colon = text.indexOf(':', authority);
    return at < authority || colon < 0 || colon > at
        ? text
        : text.substring(0, colon + 1) + HIDDEN_PASSWORD + text.substring(at);
  }
}
