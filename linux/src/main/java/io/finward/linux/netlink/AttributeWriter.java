package io.finward.linux.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Writes the body of a netlink message: fixed headers and attributes, padded to four bytes, in the
 * byte order each method names.
 */
public final class AttributeWriter {
  private static final int HEADER = 4;
  private static final int NLA_F_NESTED = 0x8000;
  private static final int MAX_ATTRIBUTE = 0xffff;
  private static final VarHandle HOST16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
  private static final VarHandle HOST32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final VarHandle NET16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle NET32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle NET64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] data = new byte[256];
  private int size;

  /** Appends bytes without an attribute header: a family's fixed header. */
  public AttributeWriter raw(byte... bytes) {
    int at = grow((bytes.length + 3) & ~3);
    System.arraycopy(bytes, 0, data, at, bytes.length);
    return this;
  }

  /** An attribute of one byte. */
  public AttributeWriter u8(int type, int value) {
    int at = attribute(type, 1);
    data[at] = (byte) value;
    return this;
  }

  /** An attribute of two bytes in network order. */
  public AttributeWriter u16be(int type, int value) {
    int at = attribute(type, 2);
    NET16.set(data, at, (short) value);
    return this;
  }

  /** An attribute of four bytes in network order. */
  public AttributeWriter u32be(int type, int value) {
    int at = attribute(type, 4);
    NET32.set(data, at, value);
    return this;
  }

  /** An attribute of four bytes in the host's order. */
  public AttributeWriter u32(int type, int value) {
    int at = attribute(type, 4);
    HOST32.set(data, at, value);
    return this;
  }

  /** An attribute of eight bytes in network order. */
  public AttributeWriter u64be(int type, long value) {
    int at = attribute(type, 8);
    NET64.set(data, at, value);
    return this;
  }

  /** An attribute of an address's 4 or 16 bytes. */
  public AttributeWriter address(int type, InetAddress address) {
    return bytes(type, address.getAddress());
  }

  /** An attribute of a zero-terminated string. */
  public AttributeWriter string(int type, String value) {
    return bytes(type, Arrays.copyOf(value.getBytes(UTF_8), value.getBytes(UTF_8).length + 1));
  }

  /** An attribute without a value. */
  public AttributeWriter flag(int type) {
    attribute(type, 0);
    return this;
  }

  /** An attribute of these bytes. */
  public AttributeWriter bytes(int type, byte[] value) {
    int at = attribute(type, value.length);
    System.arraycopy(value, 0, data, at, value.length);
    return this;
  }

  /** An attribute as it was read. */
  public AttributeWriter unknown(UnknownAttribute attribute) {
    return bytes(attribute.type(), attribute.value());
  }

  /** An attribute with NLA_F_NESTED that holds what {@code inner} writes. */
  public AttributeWriter nested(int type, Consumer<AttributeWriter> inner) {
    int header = attribute(type | NLA_F_NESTED, 0) - HEADER;
    inner.accept(this);
    int length = size - header;
    if (length > MAX_ATTRIBUTE) {
      throw tooLong(type, length);
    }
    HOST16.set(data, header, (short) length);
    return this;
  }

  /** Bytes written so far. */
  public int size() {
    return size;
  }

  /** A copy of what was written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(data, size);
  }

  /** Returns where the value goes; its padding is zero. May replace {@link #data}. */
  private int attribute(int type, int length) {
    if (length + HEADER > MAX_ATTRIBUTE) {
      throw tooLong(type, length);
    }
    int at = grow((HEADER + length + 3) & ~3);
    HOST16.set(data, at, (short) (HEADER + length));
    HOST16.set(data, at + 2, (short) type);
    return at + HEADER;
  }

  private int grow(int more) {
    int at = size;
    size += more;
    if (size > data.length) {
      data = Arrays.copyOf(data, Math.max(size, 2 * data.length));
    }
    return at;
  }

  private static IllegalArgumentException tooLong(int type, int length) {
    return new IllegalArgumentException(
        "attribute " + type + " of " + length + " bytes (expected: at most 65531)");
  }
}
