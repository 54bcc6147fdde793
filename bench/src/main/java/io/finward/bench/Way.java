package io.finward.bench;

import io.finward.appliance.lab.Variant;

/**
 * What one table of the report is about.
 *
 * @param door how connections come to the proxy
 * @param variant the family; for the intercepting door the mode as well
 */
record Way(Door door, Variant variant) {
  /** The first word over the table: {@code redirect}, {@code tproxy} or {@code explicit}. */
  String mode() {
    return switch (door) {
      case INTERCEPTING -> variant.interception().label();
      case EXPLICIT -> "explicit";
    };
  }

  /** {@code ipv4} or {@code ipv6}. */
  String family() {
    return variant.family().label();
  }
}
