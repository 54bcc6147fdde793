package io.finward.appliance.accesslog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A line while it is made, in bytes. What comes from the network goes through {@link #escaped}:
 * whatever a client sends, it ends no line and closes no quote. Past {@link #LONGEST} bytes nothing
 * is added. Used by one thread.
 */
final class LineBuffer {
  /** Far beyond every head that a door takes, but for one that is all control characters. */
  static final int LONGEST = 64 * 1024;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[512];
  private int length;

  /** Empties it. */
  void clear() {
    length = 0;
  }

  int length() {
    return length;
  }

  /** A copy of the line with the end of line after it. */
  byte[] toLine() {
    byte[] line = Arrays.copyOf(bytes, length + 1);
    line[length] = '\n';
    return line;
  }

  LineBuffer add(char ascii) {
    put((byte) ascii);
    return this;
  }

  /** Text of our own making: nothing is escaped. */
  LineBuffer add(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return add(text.substring(i).getBytes(StandardCharsets.UTF_8));
      }
      put((byte) c);
    }
    return this;
  }

  LineBuffer add(byte[] raw) {
    for (byte b : raw) {
      put(b);
    }
    return this;
  }

  LineBuffer add(long number) {
    if (number < 0) {
      return add(Long.toString(number));
    }
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    return padded(number, digits, '0');
  }

  /** A number of 0 or more in at least {@code width} characters. */
  LineBuffer padded(long number, int width, char fill) {
    if (width > 1 || number >= 10) {
      if (number >= 10) {
        padded(number / 10, width - 1, fill);
      } else {
        for (int i = 1; i < width; i++) {
          put((byte) fill);
        }
      }
    }
    put((byte) ('0' + number % 10));
    return this;
  }

  /**
   * Text from the network, escaped as Apache's {@code ap_escape_logitem} does: quotes, backslashes,
   * and every byte that is not printable ASCII.
   *
   * @param text each character up to U+00FF is a byte as received, as Netty's codecs have it;
   *     others are written as UTF-8
   */
  LineBuffer escaped(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 0xff) {
        return escaped(text.substring(i).getBytes(StandardCharsets.UTF_8));
      }
      escape(c);
    }
    return this;
  }

  /** Bytes from the network, escaped in the same way. */
  LineBuffer escaped(byte[] raw) {
    for (byte b : raw) {
      escape(b & 0xff);
    }
    return this;
  }

  private void escape(int c) {
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
      put((byte) c);
      return;
    }
    put((byte) '\\');
    switch (c) {
      case '"', '\\' -> put((byte) c);
      case '\b' -> put((byte) 'b');
      case '\n' -> put((byte) 'n');
      case '\r' -> put((byte) 'r');
      case '\t' -> put((byte) 't');
      case 0x0b -> put((byte) 'v');
      default -> {
        put((byte) 'x');
        put(HEX[c >> 4]);
        put(HEX[c & 0xf]);
      }
    }
  }

  private void put(byte b) {
    if (length == bytes.length) {
      if (length >= LONGEST) {
        return;
      }
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = b;
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }
}
