package io.finward.proxy.opening;

import io.finward.proxy.session.Heard;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Tells by its first bytes what a client speaks. Whatever a stranger sends, nothing is thrown. For
 * any thread.
 */
public final class FirstWords {
  /** As much is looked at, in bytes: a ClientHello with its records, or a request's head. */
  public static final int MOST_BYTES = 16 * 1024;

  /** RFC 9113, section 3.4. */
  private static final byte[] HTTP2 =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Empty lines before a request are to be passed over (RFC 9112, 2.2); servers take a few. */
  private static final int MOST_EMPTY = 4;

  private FirstWords() {}

  /**
   * What the bytes say.
   *
   * @param bytes from the first that the client sent
   * @param length how many there are, at least one and at most {@link #MOST_BYTES}
   * @param destination where the client wanted to go
   * @return null when more bytes have to come
   */
  public static @Nullable Heard read(byte[] bytes, int length, InetSocketAddress destination) {
    boolean full = length >= MOST_BYTES;
    if (bytes[0] == TlsRecords.HANDSHAKE) {
      return tls(bytes, length, full);
    }
    int from = 0;
    while (from < length && from < MOST_EMPTY && (bytes[from] == '\r' || bytes[from] == '\n')) {
      from++;
    }
    if (startsWith(bytes, length, HTTP2)) {
      return length < HTTP2.length ? null : Heard.of(Heard.Protocol.HTTP2);
    }
    return RequestHead.mayBegin(bytes, from, length)
        ? RequestHead.read(bytes, from, length, full, destination)
        : Heard.of(Heard.Protocol.OTHER);
  }

  private static @Nullable Heard tls(byte[] bytes, int length, boolean full) {
    if (length > 1 && bytes[1] != 3) {
      return Heard.of(Heard.Protocol.OTHER);
    }
    return switch (TlsRecords.message(bytes, length)) {
      case TlsRecords.Found.Message(Bytes body) -> ClientHello.read(body);
      case TlsRecords.Found.More _ -> full ? Heard.of(Heard.Protocol.MALFORMED) : null;
      case TlsRecords.Found.Malformed _ -> Heard.of(Heard.Protocol.MALFORMED);
    };
  }

  /** Whether the bytes are the beginning of others, or the other way round. */
  private static boolean startsWith(byte[] bytes, int length, byte[] begin) {
    for (int i = 0; i < begin.length && i < length; i++) {
      if (bytes[i] != begin[i]) {
        return false;
      }
    }
    return true;
  }
}
