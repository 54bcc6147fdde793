package io.finward.proxy.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Authentication that a server remembers of the connection instead of asking for it with every
 * request: NTLM, and Negotiate (RFC 4559, 6) that falls back to it. Such a connection must not
 * carry another client's requests.
 */
public final class ConnectionAuthentication {
  private static final List<String> SCHEMES = List.of("NTLM", "Negotiate");

  private ConnectionAuthentication() {}

  /** Whether a request authenticates its connection. */
  public static boolean given(HttpHeaders request) {
    return names(request, HttpHeaderNames.AUTHORIZATION)
        || names(request, HttpHeaderNames.PROXY_AUTHORIZATION);
  }

  /** Whether a response asks for it. */
  public static boolean asked(HttpHeaders response) {
    return names(response, HttpHeaderNames.WWW_AUTHENTICATE)
        || names(response, HttpHeaderNames.PROXY_AUTHENTICATE);
  }

  private static boolean names(HttpHeaders headers, AsciiString name) {
    if (!headers.contains(name)) {
      return false;
    }
    for (String value : headers.getAll(name)) {
      // Challenges and their parameters are separated alike (RFC 9110, 11.6.1).
      for (String part : value.split(",", -1)) {
        String stripped = part.strip();
        for (String scheme : SCHEMES) {
          if (stripped.regionMatches(true, 0, scheme, 0, scheme.length())
              && (stripped.length() == scheme.length()
                  || stripped.charAt(scheme.length()) == ' ')) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
