package io.finward.proxy.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads a request's head once before Netty does, and refuses everything that two readers could
 * understand in two ways: what is forwarded was never ambiguous (RFC 9112, sections 2.2, 3, 5, 6
 * and 11.2).
 */
final class HeadCheck {
  private static final int CR = '\r';
  private static final int LF = '\n';
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
    String[] lines =
        in.toString(start, end - start - 4, StandardCharsets.ISO_8859_1).split("\r\n", -1);
    boolean http10 = requestLine(lines[0]);
    Map<String, String> framing = new HashMap<>();
    for (int i = 1; i < lines.length; i++) {
      header(lines[i], framing);
    }
    String length = framing.get("content-length");
    String coding = framing.get("transfer-encoding");
    if (length != null && coding != null) {
      throw bad("Content-Length and Transfer-Encoding");
    }
    if (length != null && !(length.matches("[0-9]+") && length.length() <= LONGEST_LENGTH)) {
      throw bad("a Content-Length that is no number");
    }
    if (coding != null && http10) {
      throw bad("Transfer-Encoding in HTTP/1.0");
    }
    if (coding != null && !coding.equalsIgnoreCase("chunked")) {
      throw new RefusedHeadException(
          coding.toLowerCase(Locale.ROOT).endsWith("chunked") ? 501 : 400,
          "a Transfer-Encoding other than chunked");
    }
    if (!http10 && !framing.containsKey("host")) {
      throw bad("no Host");
    }
  }

  private static boolean requestLine(String line) throws RefusedHeadException {
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !isToken(parts[0]) || parts[1].isEmpty()) {
      throw bad("a malformed request line");
    }
    for (int i = 0; i < parts[1].length(); i++) {
      if (parts[1].charAt(i) <= ' ' || parts[1].charAt(i) >= 0x7f) {
        throw bad("a malformed request target");
      }
    }
    return switch (parts[2]) {
      case "HTTP/1.1" -> false;
      case "HTTP/1.0" -> true;
      default ->
          throw parts[2].matches("HTTP/[0-9]\\.[0-9]")
              ? new RefusedHeadException(505, "a version other than 1.0 and 1.1")
              : bad("a malformed request line");
    };
  }

  private static void header(String line, Map<String, String> framing) throws RefusedHeadException {
    int colon = line.indexOf(':');
    if (line.startsWith(" ") || line.startsWith("\t")) {
      throw bad("a folded header line");
    }
    if (colon < 1 || !isToken(line.substring(0, colon))) {
      throw bad("a malformed header name");
    }
    String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
    switch (name) {
      case "content-length", "transfer-encoding", "host" -> {
        if (framing.put(name, strip(line.substring(colon + 1))) != null) {
          throw bad("more than one " + name);
        }
      }
      default -> {}
    }
  }

  /** Takes SP and HT away, and nothing else that Unicode calls white space. */
  private static String strip(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && (value.charAt(start) == ' ' || value.charAt(start) == '\t')) {
      start++;
    }
    while (end > start && (value.charAt(end - 1) == ' ' || value.charAt(end - 1) == '\t')) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
      if (!alphanumeric && TOKEN_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static RefusedHeadException bad(String what) {
    return new RefusedHeadException(400, what);
  }
}
