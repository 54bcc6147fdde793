package io.finward.appliance.jmx;

import javax.management.openmbean.TabularData;

/** {@code io.finward:type=Nat}: the rules in the kernel. */
public interface NatMBean {
  /** Packets the wall stopped, by netfilter hook. */
  TabularData getWallDrops();

  /** Untranslated packets of intercepted flows seen leaving the gateway; never 1 or more. */
  long getLeaks();

  /** How often rules were found changed and put back. */
  long getRepairs();

  /** What is not as it should be now; empty when everything is in place. */
  String[] getDeviations();
}
