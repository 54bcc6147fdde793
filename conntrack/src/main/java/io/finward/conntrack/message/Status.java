package io.finward.conntrack.message;

/** enum ip_conntrack_status, the IPS_... bits of an entry. */
public record Status(int bits) {
  public static final int SEEN_REPLY = 1 << 1;
  public static final int ASSURED = 1 << 2;
  public static final int CONFIRMED = 1 << 3;
  public static final int SRC_NAT = 1 << 4;
  public static final int DST_NAT = 1 << 5;
  public static final int DYING = 1 << 9;
  public static final int FIXED_TIMEOUT = 1 << 10;

  /** What an entry we make begins with: both directions seen, not evicted as a half-open one. */
  public static final Status MADE = new Status(SEEN_REPLY | ASSURED | CONFIRMED);

  /** Whether all bits of a mask are set. */
  public boolean has(int mask) {
    return (bits & mask) == mask;
  }
}
