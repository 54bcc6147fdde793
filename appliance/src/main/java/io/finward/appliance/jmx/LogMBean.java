package io.finward.appliance.jmx;

import javax.management.openmbean.TabularData;

/** {@code io.finward:type=Log}: how much each subsystem logs. */
public interface LogMBean {
  /** The level of each subsystem. */
  TabularData getLevels();

  /** Sets one: off, error, warn, info, debug or trace, until the configuration is read again. */
  void setLevel(String subsystem, String level);
}
