package io.finward.linux.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks over netlink attributes (struct nlattr, linux/netlink.h).
 *
 * <pre>{@code
 * while (cursor.next()) {
 *   switch (cursor.type()) {
 *     case CTA_MARK -> mark = cursor.u32be();
 *     case CTA_TUPLE_ORIG -> tuple = tuple(cursor.nested());
 *     default -> unknown.add(cursor.unknown());
 *   }
 * }
 * cursor.finish();
 * }</pre>
 *
 * <p>Errors are sticky: after the first one {@link #next} answers false, values are zero, and
 * {@link #finish} throws. Cursors over nested attributes share their parent's error. So a decoder
 * checks once, at its end, and no input makes it throw anything but {@link DecodeException}.
 */
public final class AttributeCursor {
  private static final int HEADER = 4;
  private static final int TYPE_MASK = 0x3fff;
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

  /** The first error, shared by a cursor and those nested in it. */
  private static final class Failure {
    private @Nullable String first;
  }

  private final byte[] data;
  private final int end;
  private final Failure failure;
  private int following;
  private int value;
  private int length;
  private int rawType;

  private AttributeCursor(byte[] data, int from, int end, Failure failure) {
    this.data = data;
    this.end = end;
    this.failure = failure;
    this.following = from;
  }

  /** A cursor before the first attribute of {@code data} from {@code from} on. */
  public static AttributeCursor over(byte[] data, int from) {
    AttributeCursor cursor =
        new AttributeCursor(data, Math.min(from, data.length), data.length, new Failure());
    if (from > data.length) {
      cursor.fail("message of " + data.length + " bytes (expected: a header of " + from + ")");
    }
    return cursor;
  }

  /** Moves to the next attribute; false at the end and after an error. */
  public boolean next() {
    if (failure.first != null || end - following < HEADER) {
      // As in nla_for_each_attr, fewer bytes than a header are no attribute; they end the list.
      length = 0;
      return false;
    }
    int whole = (short) HOST16.get(data, following) & 0xffff;
    if (whole < HEADER || whole > end - following) {
      fail("attribute of length " + whole + " with " + (end - following) + " bytes left");
      return false;
    }
    rawType = (short) HOST16.get(data, following + 2) & 0xffff;
    value = following + HEADER;
    length = whole - HEADER;
    following = Math.min(end, following + ((whole + 3) & ~3));
    return true;
  }

  /** The type without its flag bits. */
  public int type() {
    return rawType & TYPE_MASK;
  }

  /** The length of the value in bytes. */
  public int length() {
    return length;
  }

  /** The value as one byte. */
  public int u8() {
    return sized(1) ? data[value] & 0xff : 0;
  }

  /** The value as two bytes in network order. */
  public int u16be() {
    return sized(2) ? (short) NET16.get(data, value) & 0xffff : 0;
  }

  /** The value as four bytes in network order. */
  public int u32be() {
    return sized(4) ? (int) NET32.get(data, value) : 0;
  }

  /** The value as four bytes in the host's order. */
  public int u32() {
    return sized(4) ? (int) HOST32.get(data, value) : 0;
  }

  /** The value as eight bytes in network order. */
  public long u64be() {
    return sized(8) ? (long) NET64.get(data, value) : 0;
  }

  /** The value as an IPv4 or IPv6 address of exactly {@code size} bytes; null after an error. */
  public @Nullable InetAddress address(int size) {
    if (!sized(size)) {
      return null;
    }
    try {
      return InetAddress.getByAddress(bytes());
    } catch (UnknownHostException e) {
      fail("address of " + size + " bytes (expected: 4 or 16)");
      return null;
    }
  }

  /** The value as a string, up to its zero byte if there is one. */
  public String string() {
    int stop = value;
    while (stop < value + length && data[stop] != 0) {
      stop++;
    }
    return failure.first == null ? new String(data, value, stop - value, UTF_8) : "";
  }

  /** A copy of the value. */
  public byte[] bytes() {
    return failure.first == null ? Arrays.copyOfRange(data, value, value + length) : new byte[0];
  }

  /** A cursor over the attributes in the value; sharing this cursor's error. */
  public AttributeCursor nested() {
    return new AttributeCursor(
        data, value, failure.first == null ? value + length : value, failure);
  }

  /** Reads the attributes in the value, one call of {@code each} for each of them. */
  public void nested(Consumer<AttributeCursor> each) {
    AttributeCursor inner = nested();
    while (inner.next()) {
      each.accept(inner);
    }
  }

  /** The attribute as it came, for what this version does not know. */
  public UnknownAttribute unknown() {
    return new UnknownAttribute(rawType, bytes());
  }

  /** Makes the message an undecodable one; the first reason stays. */
  public void fail(String reason) {
    if (failure.first == null) {
      failure.first = reason;
    }
    length = 0;
  }

  /** Whether an error was met. */
  public boolean failed() {
    return failure.first != null;
  }

  /**
   * Ends the decoding.
   *
   * @throws DecodeException the first error that was met
   */
  public void finish() throws DecodeException {
    if (failure.first != null) {
      throw new DecodeException(failure.first);
    }
  }

  private boolean sized(int expected) {
    if (failure.first == null && length != expected) {
      fail("attribute " + type() + " of " + length + " bytes (expected: " + expected + ")");
    }
    return failure.first == null;
  }
}
