package io.finward.proxy.session;

import java.util.Locale;

/** Why a session ended. Every session ends with exactly one. */
public enum EndReason {
  /** Both FINs were received and passed on after all bytes. */
  FINISHED,
  /** The client sent RST; it was passed on to the server. */
  RESET_BY_CLIENT,
  /** The server sent RST; it was passed on to the client after the bytes before it. */
  RESET_BY_SERVER,
  /** The upstream answered the SYN with RST; the client got RST. */
  CONNECT_REFUSED,
  /** No route or an ICMP error while connecting; the client got RST. */
  CONNECT_UNREACHABLE,
  /** The upstream did not answer within {@code timeouts.connect}; the client got RST. */
  CONNECT_TIMEOUT,
  /** The original destination is one of our own listeners. */
  LOOP,
  /** The connection's original destination cannot be told. */
  NO_ORIGINAL_DESTINATION,
  /** A rule of {@code access} refused it; the client got RST. */
  DENIED,
  /** What the client sent to an explicit door is no protocol we know, or a broken one. */
  BAD_REQUEST,
  /** A balancer's PROXY header is missing, malformed or late; the balancer got RST. */
  BAD_PROXY_HEADER,
  /** A configured limit was reached. */
  LIMIT,
  /** The kernel's conntrack table is nearly full. */
  TABLE_FULL,
  /** No byte in either direction for {@code timeouts.idle}. */
  IDLE,
  /** The client of an explicit door took its answer, or sent its body, slower than it must. */
  TOO_SLOW,
  /** Half-closed for {@code half-close.hold} without a byte: sockets given up, flow parked. */
  PARKED,
  /** The client's next connection took the tuple of this half-closed session. */
  TUPLE_REUSED,
  /** An operator ended it. */
  KILLED,
  /** Finward is stopping. */
  SHUTDOWN,
  /** A socket failed otherwise: the kernel's error is in the log. */
  SOCKET_ERROR;

  /** Lower case with hyphens, as logs, JMX and JSON say it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
