package io.finward.appliance.wiring;

import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.Flow;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Phase;
import io.finward.conntrack.shadow.ShadowShard;
import org.jspecify.annotations.Nullable;

/**
 * One leg of a session on its way into the shadow table. While it is young what has happened to it
 * is only remembered here; after {@link #open} only the table knows. Belongs to the session's loop.
 */
final class FedLeg {
  private @Nullable FlowRecord young;
  private @Nullable Flow flow;

  FedLeg(FlowRecord opened) {
    young = opened;
  }

  /** An end's FIN was seen. */
  void closed(ShadowShard shard, End end) {
    FlowRecord fresh = young;
    if (fresh != null) {
      young = fresh.closed(end, shard.seconds());
    } else if (flow != null) {
      flow.closed(end);
    }
  }

  /** Puts a young leg into the table. */
  void open(ShadowShard shard) {
    FlowRecord fresh = young;
    if (fresh != null) {
      young = null;
      flow = shard.open(fresh);
    }
  }

  /** Its socket is given up while the other end's FIN may still come. */
  void park(ShadowShard shard) {
    FlowRecord fresh = young;
    if (fresh != null) {
      shard.remember(fresh.in(Phase.PARKED));
    } else if (flow != null) {
      flow.park();
    }
  }

  /** Both ends are done. */
  void end(ShadowShard shard) {
    FlowRecord fresh = young;
    if (fresh != null) {
      shard.remember(fresh.in(Phase.ENDED));
    } else if (flow != null) {
      flow.end();
    }
  }

  /** There was never a connection. */
  void forget() {
    Flow known = flow;
    if (known != null) {
      known.forget();
    }
  }
}
