package io.finward.proxy.opening;

import org.jspecify.annotations.Nullable;

/**
 * The first handshake message of a TLS client, put together from the records it is spread over (RFC
 * 8446, section 5.1): it may begin and end anywhere in them, a byte in each.
 */
final class TlsRecords {
  /** ContentType and HandshakeType of RFC 8446, B.3.1 and B.3. */
  static final int HANDSHAKE = 22;

  private static final int CLIENT_HELLO = 1;
  private static final int RECORD_HEAD = 5;
  private static final int MESSAGE_HEAD = 4;
  private static final int LARGEST_RECORD = 1 << 14;

  /** What there is of the message so far. */
  sealed interface Found {
    /** The whole ClientHello, its type and length left out. */
    record Message(Bytes body) implements Found {}

    /** The rest is still to come. */
    record More() implements Found {}

    /** It is no ClientHello. */
    record Malformed() implements Found {}
  }

  private static final Found MORE = new Found.More();
  private static final Found MALFORMED = new Found.Malformed();

  private TlsRecords() {}

  /**
   * Looks for the message.
   *
   * @param bytes the first of them is {@link #HANDSHAKE}
   * @param length how many there are
   */
  static Found message(byte[] bytes, int length) {
    byte @Nullable [] joined = null;
    int size = 0;
    int at = 0;
    while (at + RECORD_HEAD <= length) {
      int record = (bytes[at + 3] & 0xff) << 8 | (bytes[at + 4] & 0xff);
      if (bytes[at] != HANDSHAKE || bytes[at + 1] != 3 || record == 0 || record > LARGEST_RECORD) {
        return MALFORMED;
      }
      int from = at + RECORD_HEAD;
      int there = Math.min(record, length - from);
      if (at == 0 && there >= MESSAGE_HEAD && whole(bytes, from, there)) {
        return check(bytes, from, from + there);
      }
      if (joined == null) {
        joined = new byte[length];
      }
      System.arraycopy(bytes, from, joined, size, there);
      size += there;
      Found found = check(joined, 0, size);
      if (!(found instanceof Found.More)) {
        return found; // what comes after it is not ours to judge
      }
      at = from + there;
    }
    return MORE;
  }

  private static boolean whole(byte[] bytes, int from, int there) {
    return MESSAGE_HEAD + new Bytes(bytes, from + 1, from + MESSAGE_HEAD).u24() <= there;
  }

  private static Found check(byte[] bytes, int from, int end) {
    if (end > from && bytes[from] != CLIENT_HELLO) {
      return MALFORMED;
    }
    if (end - from < MESSAGE_HEAD) {
      return MORE;
    }
    Bytes message = new Bytes(bytes, from + 1, end);
    int length = message.u24();
    if (length > FirstWords.MOST_BYTES) {
      return MALFORMED;
    }
    return end - from - MESSAGE_HEAD < length ? MORE : new Found.Message(message.part(length));
  }
}
