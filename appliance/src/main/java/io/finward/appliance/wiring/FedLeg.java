package io.finward.appliance.wiring;

import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.Flow;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Phase;
import io.finward.conntrack.shadow.ShadowShard;
import org.jspecify.annotations.Nullable;

/**
 * One leg of a session on its way into the shadow table. While it is young what has happened to it
 * is only remembered here; after {@link #open} the table knows. Belongs to the session's loop.
 */
final class FedLeg {
  private FlowRecord young;
  private @Nullable Flow flow;

  FedLeg(FlowRecord opened) {
    young = opened;
  }

  /** An end's FIN was seen. */
  void closed(ShadowShard shard, End end) {
    Flow known = flow;
    if (known == null) {
      young = young.closed(end, shard.seconds());
    } else {
      known.closed(end);
    }
  }

  /** Puts a young leg into the table. */
  void open(ShadowShard shard) {
    if (flow == null) {
      flow = shard.open(young);
    }
  }

  /** Its socket is given up while the other end's FIN may still come. */
  void park(ShadowShard shard) {
    Flow known = flow;
    if (known == null) {
      shard.remember(young.in(Phase.PARKED));
    } else {
      known.park();
    }
  }

  /** Both ends are done. */
  void end(ShadowShard shard) {
    Flow known = flow;
    if (known == null) {
      shard.remember(young.in(Phase.ENDED));
    } else {
      known.end();
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
