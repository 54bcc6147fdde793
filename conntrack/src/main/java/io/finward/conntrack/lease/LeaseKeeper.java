package io.finward.conntrack.lease;

import io.finward.conntrack.client.ConntrackClient;
import io.finward.conntrack.client.Outcome;
import io.finward.conntrack.message.TcpState;
import io.finward.conntrack.shadow.FlowRecord;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Renews the entries of half-closed flows. Used on the conntrack loop only.
 *
 * <p>Given back is a lease by doing nothing: the next packet that passes sets the kernel's own
 * timeout again, and no entry is deleted before its TIME_WAIT.
 */
public final class LeaseKeeper {
  /** Far beyond a renewal's interval; a packet in between sets the sysctl's time anyway. */
  private static final int LEASE_SECONDS = 300;

  private final ConntrackClient client;
  private final boolean all;
  private final BooleanSupplier crowded;
  private final Consumer<FlowRecord> told;
  private final Consumer<FlowRecord> missing;
  private long renewed;

  /**
   * @param client that renews
   * @param all whether every half-closed flow is leased so, or only entries made by ctnetlink
   * @param crowded whether the kernel's table is so full that early drop is near
   * @param told of each flow whose entry was renewed
   * @param missing told of a flow whose entry is not there to be renewed
   */
  public LeaseKeeper(
      ConntrackClient client,
      boolean all,
      BooleanSupplier crowded,
      Consumer<FlowRecord> told,
      Consumer<FlowRecord> missing) {
    this.client = client;
    this.all = all;
    this.crowded = crowded;
    this.told = told;
    this.missing = missing;
  }

  /** A flow's renewal is due. */
  public void onLeaseDue(FlowRecord flow) {
    boolean rewrite = crowded.getAsBoolean();
    if (!rewrite && !all && !flow.leased()) {
      return;
    }
    // ESTABLISHED entries are not given up when the table is nearly full, half-closed ones are.
    var _ =
        (rewrite
                ? client.rewrite(flow.original(), TcpState.ESTABLISHED, LEASE_SECONDS)
                : client.renew(flow.original(), LEASE_SECONDS))
            .thenAccept(outcome -> {
              if (outcome.done()) {
                renewed++;
                told.accept(flow);
              } else if (outcome instanceof Outcome.Absent) {
                missing.accept(flow);
              }
            });
  }

  /** Renewals done, so far. */
  public long renewed() {
    return renewed;
  }
}
