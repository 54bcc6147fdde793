package io.finward.proxy.opening;

import io.finward.proxy.http.Authority;
import io.finward.proxy.session.Heard;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads method, target and Host of an HTTP/1.x request (RFC 9112, sections 2 and 3). More lenient
 * than what the explicit door forwards: it judges what others will read, so a line may end in a
 * bare LF. What two readers would take for two hosts is malformed.
 */
final class RequestHead {
  private static final String SCHEME = "http://";
  private static final int LONGEST_METHOD = 32;
  private static final int HTTP = 80;
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private final byte[] bytes;
  private final int length;
  private int at;

  private RequestHead(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  /** Whether bytes may be the beginning of a request. */
  static boolean mayBegin(byte[] bytes, int from, int length) {
    int i = from;
    while (i < length && isTokenMark(bytes[i])) {
      i++;
    }
    boolean method = i - from <= LONGEST_METHOD && (i == length || (bytes[i] == ' ' && i > from));
    while (method && i < length && bytes[i] != '\r' && bytes[i] != '\n') {
      if ((bytes[i] & 0xff) < ' ' || bytes[i] == 0x7f) {
        return false;
      }
      i++;
    }
    return method;
  }

  /**
   * What the head says.
   *
   * @param from where it begins: {@link #mayBegin} said that it may
   * @param full whether there will be no more bytes, since no more are looked at
   * @param destination where the client wanted to go
   * @return null when more bytes are to come
   */
  static @Nullable Heard read(
      byte[] bytes, int from, int length, boolean full, InetSocketAddress destination) {
    RequestHead head = new RequestHead(bytes, length);
    head.at = from;
    String line = head.line();
    if (line == null) {
      return full ? Heard.of(Heard.Protocol.MALFORMED) : null;
    }
    String[] words = line.split(" ", -1);
    if (words.length < 3 || !words[words.length - 1].matches("HTTP/[0-9]\\.[0-9]")) {
      return Heard.of(Heard.Protocol.OTHER);
    }
    if (words.length != 3 || words[1].isEmpty() || !words[2].startsWith("HTTP/1.")) {
      return Heard.of(Heard.Protocol.MALFORMED);
    }
    String host = null;
    for (String header = head.line(); header == null || !header.isEmpty(); header = head.line()) {
      if (header == null && !full) {
        return null;
      }
      if (header == null) {
        break; // A head that is too large for us may be none too large for its server.
      }
      int colon = header.indexOf(':');
      String name = colon < 0 ? header : header.substring(0, colon);
      if (name.strip().equalsIgnoreCase("host")) {
        // Said twice, folded, or with a space before the colon: servers differ.
        if (host != null || colon != 4 || head.folds()) {
          return Heard.of(Heard.Protocol.MALFORMED);
        }
        host = header.substring(colon + 1).strip();
      }
    }
    return heard(words[0], words[1], host == null ? "" : host, destination);
  }

  private static Heard heard(
      String method, String target, String host, InetSocketAddress destination) {
    boolean absolute = target.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    boolean connect = method.equals("CONNECT");
    String rest = target.equals("*") ? "" : target;
    String said = host;
    if (absolute) {
      // RFC 9112, 3.2.2: then Host does not count.
      int path = authorityEnd(target);
      said = target.substring(SCHEME.length(), path);
      rest = target.substring(path);
    } else if (connect) {
      said = target;
    } else if (!rest.isEmpty() && !rest.startsWith("/")) {
      return Heard.of(Heard.Protocol.MALFORMED);
    }
    Authority authority = said.isEmpty() ? null : Authority.parse(said, HTTP);
    if (authority == null && (!said.isEmpty() || absolute || connect)) {
      return Heard.of(Heard.Protocol.MALFORMED);
    }
    Authority in = authority == null ? of(destination) : authority;
    return new Heard(
        Heard.Protocol.HTTP,
        authority == null ? null : authority.host(),
        List.of(),
        method,
        connect ? target.toLowerCase(Locale.ROOT) : SCHEME + in.hostHeader() + rest,
        Heard.Verified.UNASKED);
  }

  private static Authority of(InetSocketAddress destination) {
    return new Authority(NetUtil.toAddressString(destination.getAddress()), destination.getPort());
  }

  private static int authorityEnd(String target) {
    int end = SCHEME.length();
    while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  /** The next line without its end; null when it is not there whole. */
  private @Nullable String line() {
    for (int i = at; i < length; i++) {
      if (bytes[i] == '\n') {
        int end = i > at && bytes[i - 1] == '\r' ? i - 1 : i;
        String line = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
        at = i + 1;
        return line;
      }
    }
    return null;
  }

  /** Whether the line before goes on in the next one (RFC 9112, 5.2). */
  private boolean folds() {
    return at < length && (bytes[at] == ' ' || bytes[at] == '\t');
  }

  private static boolean isTokenMark(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || TOKEN_MARKS.indexOf(b) >= 0;
  }
}
