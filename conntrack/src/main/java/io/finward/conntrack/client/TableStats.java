package io.finward.conntrack.client;

/**
 * How full the kernel's table is.
 *
 * @param entries in this network namespace
 * @param max net.netfilter.nf_conntrack_max
 */
public record TableStats(long entries, long max) {
  /** From 0 to 1; 0 when the kernel has no limit. */
  public double fill() {
    return max <= 0 ? 0 : (double) entries / max;
  }
}
