package io.finward.proxy.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's head once before Netty does, and refuses everything that two readers could
 * understand in two ways: what is forwarded was never ambiguous (RFC 9112, sections 2.2, 3, 5, 6
 * and 11.2).
 */
final class HeadCheck {
  private static final int CR = '\r';
  private static final int LF = '\n';
  private static final String CRLF = "\r\n";
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
  private static final int LONGEST_LENGTH = 18;

  private HeadCheck() {}

  /**
   * Where the head ends, its empty line included.
   *
   * @param from where to look; {@code start} or what an earlier call has seen
   * @return the index after the head; -1 when it is not complete
   * @throws RefusedHeadException on a bare CR or LF, or another control character
   */
  static int end(ByteBuf in, int start, int from) throws RefusedHeadException {
    for (int i = from; i < in.writerIndex(); i++) {
      int b = in.getByte(i) & 0xff;
      if (b == LF) {
        if (i == start || in.getByte(i - 1) != CR) {
          throw bad("a line that ends without CR");
        }
        if (i - start >= 3 && in.getByte(i - 2) == LF) {
          return i + 1;
        }
      } else if (i > start && in.getByte(i - 1) == CR) {
        throw bad("a CR without LF");
      } else if ((b < ' ' && b != '\t' && b != CR) || b == 0x7f) {
        throw bad("a control character");
      }
    }
    return -1;
  }

  /** Checks a whole head, from {@code start} to what {@link #end} said. */
  static void check(ByteBuf in, int start, int end) throws RefusedHeadException {
    String head = in.toString(start, end - start - 2, StandardCharsets.ISO_8859_1);
    int line = head.indexOf(CRLF);
    boolean http10 = requestLine(head.substring(0, line));
    Framing framing = new Framing();
    for (int from = line + 2; from < head.length(); from = line + 2) {
      line = head.indexOf(CRLF, from);
      header(head, from, line, framing);
    }
    framing.check(http10);
  }

  private static boolean requestLine(String line) throws RefusedHeadException {
    int first = line.indexOf(' ');
    int last = line.lastIndexOf(' ');
    if (!isToken(line, 0, first) || last < first + 2) {
      throw bad("a malformed request line");
    }
    String version = line.substring(last + 1);
    for (int i = first + 1; i < last; i++) {
      if (line.charAt(i) == ' ') {
        throw bad("a malformed request line");
      }
      if (line.charAt(i) < ' ' || line.charAt(i) >= 0x7f) {
        throw bad("a malformed request target");
      }
    }
    return switch (version) {
      case "HTTP/1.1" -> false;
      case "HTTP/1.0" -> true;
      default ->
          throw version.matches("HTTP/[0-9]\\.[0-9]")
              ? new RefusedHeadException(505, "a version other than 1.0 and 1.1")
              : bad("a malformed request line");
    };
  }

  private static void header(String head, int start, int end, Framing framing)
      throws RefusedHeadException {
    if (head.charAt(start) == ' ' || head.charAt(start) == '\t') {
      throw bad("a folded header line");
    }
    int colon = head.indexOf(':', start);
    if (colon > end || !isToken(head, start, colon)) {
      throw bad("a malformed header name");
    }
    framing.header(head, start, colon, end);
  }

  /** Takes SP and HT away, and nothing else that Unicode calls white space. */
  private static String strip(String value, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && (value.charAt(start) == ' ' || value.charAt(start) == '\t')) {
      start++;
    }
    while (end > start && (value.charAt(end - 1) == ' ' || value.charAt(end - 1) == '\t')) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isToken(String text, int start, int end) {
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
      if (!alphanumeric && TOKEN_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return start < end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static RefusedHeadException bad(String what) {
    return new RefusedHeadException(400, what);
  }

  /** The headers that say where a message ends and whom it is for: one of each. */
  private static final class Framing {
    private @Nullable String length;
    private @Nullable String coding;
    private @Nullable String host;

    void header(String head, int start, int colon, int end) throws RefusedHeadException {
      if (is("content-length", head, start, colon)) {
        length = only("content-length", length, strip(head, colon + 1, end));
      } else if (is("transfer-encoding", head, start, colon)) {
        coding = only("transfer-encoding", coding, strip(head, colon + 1, end));
      } else if (is("host", head, start, colon)) {
        host = only("host", host, strip(head, colon + 1, end));
      }
    }

    private static boolean is(String name, String head, int start, int colon) {
      return colon - start == name.length()
          && head.regionMatches(true, start, name, 0, name.length());
    }

    private static String only(String name, @Nullable String before, String value)
        throws RefusedHeadException {
      if (before != null) {
        throw bad("more than one " + name);
      }
      return value;
    }

    void check(boolean http10) throws RefusedHeadException {
      String transfer = coding;
      if (length != null && transfer != null) {
        throw bad("Content-Length and Transfer-Encoding");
      }
      if (length != null && !isLength(length)) {
        throw bad("a Content-Length that is no number");
      }
      if (transfer != null && http10) {
        throw bad("Transfer-Encoding in HTTP/1.0");
      }
      if (transfer != null && !transfer.equalsIgnoreCase("chunked")) {
        throw new RefusedHeadException(
            transfer.toLowerCase(Locale.ROOT).endsWith("chunked") ? 501 : 400,
            "a Transfer-Encoding other than chunked");
      }
      if (!http10 && host == null) {
        throw bad("no Host");
      }
    }

    private static boolean isLength(String text) {
      return !text.isEmpty()
          && text.length() <= LONGEST_LENGTH
          && text.chars().allMatch(c -> isDigit((char) c));
    }
  }
}
