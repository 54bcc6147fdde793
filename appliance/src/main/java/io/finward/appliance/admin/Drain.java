package io.finward.appliance.admin;

import java.time.Duration;

/** Stops an instance when its sessions have ended. */
@FunctionalInterface
public interface Drain {
  /**
   * Begins; does not wait.
   *
   * @param within after which the sessions that are left are reset; not negative
   * @return whether it began now, and not before
   */
  boolean begin(Duration within);
}
