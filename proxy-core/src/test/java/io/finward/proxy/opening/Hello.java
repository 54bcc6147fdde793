package io.finward.proxy.opening;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds ClientHellos, whole or odd. */
public final class Hello {
  private final List<byte[]> extensions = new ArrayList<>();
  private int recordSize = 1 << 14;
  private int sessionId = 32;

  /** One with GREASE in front, as browsers send it (RFC 8701). */
  public static Hello grease() {
    return new Hello().extension(0x0a0a, new byte[0]);
  }

  /** A server name of RFC 6066, section 3. */
  public Hello name(String name) {
    byte[] text = name.getBytes(StandardCharsets.ISO_8859_1);
    return extension(0, of(u16(text.length + 3), of(new byte[] {0}, u16(text.length), text)));
  }

  /** Application protocols of RFC 7301. */
  public Hello alpn(String... protocols) {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    for (String protocol : protocols) {
      list.write(protocol.length());
      list.writeBytes(protocol.getBytes(StandardCharsets.ISO_8859_1));
    }
    return extension(16, of(u16(list.size()), list.toByteArray()));
  }

  public Hello extension(int type, byte[] body) {
    extensions.add(of(u16(type), u16(body.length), body));
    return this;
  }

  /** Spreads it over records of so many bytes. */
  Hello records(int size) {
    recordSize = size;
    return this;
  }

  Hello sessionId(int length) {
    sessionId = length;
    return this;
  }

  public byte[] bytes() {
    byte[] all = of(extensions.toArray(byte[][]::new));
    byte[] body =
        of(
            new byte[] {3, 3},
            new byte[32],
            new byte[] {(byte) sessionId},
            new byte[sessionId],
            new byte[] {0, 4, 0x0a, 0x0a, 0x13, 0x01, 1, 0},
            extensions.isEmpty() ? new byte[0] : of(u16(all.length), all));
    byte[] message = of(new byte[] {1, 0}, u16(body.length), body);
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int at = 0; at < message.length; at += recordSize) {
      int length = Math.min(recordSize, message.length - at);
      records.writeBytes(of(new byte[] {22, 3, 1}, u16(length)));
      records.write(message, at, length);
    }
    return records.toByteArray();
  }

  private static byte[] u16(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }

  private static byte[] of(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
