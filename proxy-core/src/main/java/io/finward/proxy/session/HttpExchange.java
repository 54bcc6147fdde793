package io.finward.proxy.session;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on an explicit door, or one CONNECT or SOCKS tunnel, as the access
 * log sees it. Owned by the session's event loop: read it only there, and until the session's end
 * only, which alone says why a tunnel or an incomplete exchange ended. What it counts is final when
 * it has ended.
 */
public interface HttpExchange {
  /** The request line as received, without its end; empty when none was read. */
  String requestLine();

  /** The method, as in {@code GET}; {@code CONNECT} for SOCKS; empty when none was read. */
  String method();

  /** The request target as received; {@code host:port} for SOCKS; empty when none was read. */
  String target();

  /** The protocol as received, as in {@code HTTP/1.1} or {@code SOCKS5}; empty when none was. */
  String protocol();

  /** A request header's value, joined by ", " when it came more than once; null without it. */
  @Nullable String requestHeader(String name);

  /** A header of the final response; null without it. */
  @Nullable String responseHeader(String name);

  /** The status sent to the client; 0 when none was. */
  int status();

  /** The status of the origin or parent; 0 when none came. */
  int originStatus();

  /** The authenticated user; null for nobody. */
  @Nullable String user();

  /** The host asked for; null when not known. */
  @Nullable String host();

  /** The port asked for; 0 when not known. */
  int port();

  /** The address that was dialled, or the parent's; null when none was. */
  @Nullable InetSocketAddress upstream();

  /** Bytes from the client, request line and headers included. */
  long bytesReceived();

  /** Bytes to the client, status line and headers included. */
  long bytesSent();

  /** Bytes of the response's content to the client, of a tunnel all bytes to it. */
  long contentSent();

  /** Milliseconds since the epoch when the first byte of the request was read. */
  long startedMillis();

  /** {@link System#nanoTime} when the first byte of the request was read. */
  long startedNanos();

  /** How many requests this connection had before; 0 for the first. */
  int keepAlives();

  /** Whether the response was sent whole. */
  boolean complete();

  /** Whether the connection goes on after the response. */
  boolean keptAlive();
}
