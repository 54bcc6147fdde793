package io.finward.proxy.session;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the client of an intercepted session said first, as far as somebody looked.
 *
 * @param protocol what it looks like
 * @param host the name in SNI, or the name or address in Host, in a request's absolute target or in
 *     a CONNECT; lower case, without port, brackets and final dot; null when there was none
 * @param alpn the protocols a TLS client offers (RFC 7301), GREASE (RFC 8701) left out; at most 16
 * @param method the HTTP method; null without a request
 * @param url the request's absolute URL, {@code host:port} of a CONNECT; without a host the
 *     address's; null without a request
 * @param verified whether {@code host} belongs to the original destination
 */
public record Heard(
    Protocol protocol,
    @Nullable String host,
    List<String> alpn,
    @Nullable String method,
    @Nullable String url,
    Verified verified) {
  /** What the first bytes are. */
  public enum Protocol {
    /** A TLS ClientHello. With ECH its name is the outer one. */
    TLS,
    /** A request of HTTP/1.0 or 1.1. */
    HTTP,
    /** HTTP/2 with prior knowledge; its requests are not read. */
    HTTP2,
    /** Something else. */
    OTHER,
    /** Nothing came in time: in such protocols the server speaks first. */
    SILENT,
    /** What came in time was no whole ClientHello, request head or line. */
    UNFINISHED,
    /** It began as TLS or HTTP and is neither, or it is too large. */
    MALFORMED;

    /** Lower case, as logs, metrics and JSON say it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether a host is known to belong to an address. */
  public enum Verified {
    /** An answer of DNS or /etc/hosts said so. */
    YES,
    /** No answer said so, or none came in time. */
    NO,
    /** Nobody wanted to know, or there is no host. */
    UNASKED;

    /** {@code yes}, {@code no}, or null. */
    public @Nullable String word() {
      return this == UNASKED ? null : name().toLowerCase(Locale.ROOT);
    }
  }

  public Heard {
    alpn = List.copyOf(alpn);
  }

  /** Of a client that gave no name. */
  public static Heard of(Protocol protocol) {
    return new Heard(protocol, null, List.of(), null, null, Verified.UNASKED);
  }

  /** The same, with what became known of the host. */
  public Heard with(Verified known) {
    return known == verified ? this : new Heard(protocol, host, alpn, method, url, known);
  }

  /** The server name of a TLS client; null without one. */
  public @Nullable String sni() {
    return protocol == Protocol.TLS ? host : null;
  }
}
