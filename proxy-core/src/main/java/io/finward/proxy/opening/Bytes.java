package io.finward.proxy.opening;

/**
 * A cursor over bytes that a stranger sent, big-endian. What is not there reads as 0 and makes
 * {@link #bad} true for good, so that a reader looks once, at the end (TLS presentation language,
 * RFC 8446, section 3).
 */
final class Bytes {
  private final byte[] bytes;
  private final int end;
  private int at;
  private boolean bad;

  /** From {@code from} to {@code end}, the latter not meant. */
  Bytes(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** Whether something was read that was not there. */
  boolean bad() {
    return bad;
  }

  /** Whether there is more. Nothing is after a bad read. */
  boolean more() {
    return !bad && at < end;
  }

  int u8() {
    if (!has(1)) {
      return 0;
    }
    return bytes[at++] & 0xff;
  }

  int u16() {
    return u8() << 8 | u8();
  }

  int u24() {
    return u16() << 8 | u8();
  }

  void skip(int count) {
    if (has(count)) {
      at += count;
    }
  }

  /** The next bytes by themselves. */
  Bytes part(int length) {
    if (!has(length)) {
      return new Bytes(bytes, end, end);
    }
    Bytes part = new Bytes(bytes, at, at + length);
    at += length;
    return part;
  }

  /** All that is left, each byte a character. */
  String text() {
    char[] text = new char[end - at];
    for (int i = 0; i < text.length; i++) {
      text[i] = (char) u8();
    }
    return new String(text);
  }

  private boolean has(int count) {
    if (end - at < count) {
      bad = true;
    }
    return !bad;
  }
}
