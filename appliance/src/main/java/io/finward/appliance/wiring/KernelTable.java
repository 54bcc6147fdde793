package io.finward.appliance.wiring;

import io.finward.linux.proc.Sysctl;
import java.io.IOException;
import java.nio.file.Path;

/** How full the kernel's conntrack table is, in the namespace of this process. */
final class KernelTable {
  private static final Path ENTRIES = Path.of("/proc/sys/net/netfilter/nf_conntrack_count");
  private static final Path LIMIT = Path.of("/proc/sys/net/netfilter/nf_conntrack_max");

  private KernelTable() {}

  /** Entries now; -1 when the kernel does not say. */
  static long entries() {
    return read(ENTRIES);
  }

  /** The most there may be; -1 when the kernel does not say. */
  static long limit() {
    return read(LIMIT);
  }

  private static long read(Path file) {
    try {
      return Long.parseLong(Sysctl.read(file));
    } catch (IOException | NumberFormatException _) {
      return -1;
    }
  }
}
