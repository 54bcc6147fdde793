package io.finward.appliance.jmx;

import javax.management.openmbean.TabularData;

/** {@code io.finward:type=Conntrack}: the shadow table and the kernel's. */
public interface ConntrackMBean {
  /** Flows of live sessions. */
  long getLiveFlows();

  /** Flows whose sockets were given up. */
  long getParkedFlows();

  /** Conntrack entries made again for a late packet. */
  long getRescues();

  /** Late packets by kind, side, reason and outcome. */
  TabularData getLatePackets();

  /** Entries of the kernel's table now; -1 when it does not say. */
  long getKernelEntries();

  /** {@code nf_conntrack_max}; -1 when the kernel does not say. */
  long getKernelLimit();

  /** Whether the kernel's table is so full that new sessions are refused. */
  boolean isRefusing();

  /** The shadow table. */
  TabularData listFlows();
}
