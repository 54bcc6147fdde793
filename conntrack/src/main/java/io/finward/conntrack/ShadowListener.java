package io.finward.conntrack;

import io.finward.conntrack.client.TableStats;
import io.finward.conntrack.rescue.RescueListener;

/** What the shadow conntrack tells and asks. Called on the conntrack loop; must not block. */
public interface ShadowListener extends RescueListener {
  /** The kernel's table has become crowded, or is so no longer. */
  void onTableFill(TableStats table, boolean crowded, boolean refusing);

  /**
   * Events were lost, or the daemon starts: the table is read again.
   *
   * @param missing live flows that had no entry; each gets it again
   */
  void onResync(int missing);
}
