package io.finward.linux.netlink;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An attribute this version has no name for; kept as it came, so that a newer kernel's message
 * survives being read and written.
 */
public final class UnknownAttribute {
  private final int type;
  private final byte[] value;

  /**
   * @param type nla_type with its flag bits
   * @param value the payload without padding; copied
   */
  public UnknownAttribute(int type, byte[] value) {
    if (type < 0 || type > 0xffff) {
      throw new IllegalArgumentException("attribute type " + type + " (expected: 0 to 65535)");
    }
    this.type = type;
    this.value = value.clone();
  }

  /** nla_type, with NLA_F_NESTED and NLA_F_NET_BYTEORDER where they were set. */
  public int type() {
    return type;
  }

  /** A copy of the payload. */
  public byte[] value() {
    return value.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UnknownAttribute that
        && type == that.type
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * type + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "Unknown(" + type + ", " + HexFormat.of().formatHex(value) + ")";
  }
}
