package io.finward.nat.rule;

import java.net.InetAddress;

/** Addresses as the kernel's tools write them: IPv6 by RFC 5952, which Java does not follow. */
public final class Literal {
  private static final int GROUPS = 8;

  private Literal() {}

  /** The address, without a zone. */
  public static String of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? address.getHostAddress() : compressed(bytes);
  }

  /** Section 4.2: the longest run of at least two zero groups becomes "::", the first of equals. */
  private static String compressed(byte[] bytes) {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    int start = -1;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
      i = Math.max(i, end - 1);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
      } else {
        text.append(text.isEmpty() || text.toString().endsWith(":") ? "" : ":")
            .append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
