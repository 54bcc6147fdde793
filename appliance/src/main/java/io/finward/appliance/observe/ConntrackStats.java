package io.finward.appliance.observe;

import java.util.List;

/** What the shadow table has counted. Thread-safe; nothing blocks. */
public interface ConntrackStats {
  /** Flows of live sessions. */
  long liveFlows();

  /** Flows whose sockets were given up. */
  long parkedFlows();

  /** Conntrack entries that were made again for a late packet. */
  long rescues();

  /** Late packets by kind, side, reason and outcome; those that were never seen are left out. */
  List<LatePackets> latePackets();

  /** Entries of the kernel's table now; -1 when it does not say. */
  long kernelEntries();

  /** {@code nf_conntrack_max}; -1 when the kernel does not say. */
  long kernelLimit();

  /** Whether the kernel's table is so full that new sessions are refused. */
  boolean refusing();
}
