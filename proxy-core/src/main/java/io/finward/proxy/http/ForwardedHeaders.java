package io.finward.proxy.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which headers a proxy passes on (RFC 9110, 7.6.1). */
public final class ForwardedHeaders {
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-authentication-info",
          "te",
          "transfer-encoding",
          "upgrade");

  /** Headers that say how long a message is or where it goes: no Connection header takes them. */
  private static final Set<String> ESSENTIAL =
      Set.of("content-length", "host", "content-type", "cache-control");

  private ForwardedHeaders() {}

  /** Takes away what concerns only the connection the message came on. */
  public static void removeHopByHop(HttpHeaders headers) {
    List<String> nominated = new ArrayList<>();
    for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
      for (String name : value.split(",", -1)) {
        String trimmed = name.trim().toLowerCase(Locale.ROOT);
        if (!trimmed.isEmpty() && !ESSENTIAL.contains(trimmed)) {
          nominated.add(trimmed);
        }
      }
    }
    nominated.forEach(headers::remove);
    HOP_BY_HOP.forEach(headers::remove);
  }

  /** Whether a comma-separated header contains a word. */
  public static boolean says(HttpHeaders headers, CharSequence name, CharSequence word) {
    return headers.containsValue(name, word, true);
  }

  /** Whether the client wants the connection kept, in either spelling of the header. */
  public static boolean keepsAlive(HttpHeaders headers, boolean http10) {
    if (says(headers, HttpHeaderNames.CONNECTION, "close")
        || says(headers, "Proxy-Connection", "close")) {
      return false;
    }
    return !http10
        || says(headers, HttpHeaderNames.CONNECTION, "keep-alive")
        || says(headers, "Proxy-Connection", "keep-alive");
  }
}
