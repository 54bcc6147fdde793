package io.finward.appliance.wiring;

import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.Flow;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Leg;
import io.finward.conntrack.shadow.Phase;
import io.finward.conntrack.shadow.ShadowShard;
import org.jspecify.annotations.Nullable;

/**
 * One leg of a session on its way into the shadow table. While it is young what has happened to it
 * is only remembered here; after {@link #open} only the table knows. Belongs to the session's loop.
 */
final class FedLeg {
  private final long session;
  private final Leg leg;
  private final int listener;
  private final Tuple original;
  private final Tuple reply;
  private @Nullable End closedFirst;
  private int closedSeconds;
  private boolean remoteEnded;
  private boolean localEnded;
  private @Nullable Flow flow;

  FedLeg(long session, Leg leg, int listener, Tuple original, Tuple reply) {
    this.session = session;
    this.leg = leg;
    this.listener = listener;
    this.original = original;
    this.reply = reply;
  }

  /** An end's FIN was seen. */
  void closed(ShadowShard shard, End end) {
    if (flow != null) {
      flow.closed(end);
      return;
    }
    if (closedFirst == null) {
      closedFirst = end;
      closedSeconds = shard.seconds();
    }
    if (end == End.REMOTE) {
      remoteEnded = true;
    } else {
      localEnded = true;
    }
  }

  /** Puts a young leg into the table. */
  void open(ShadowShard shard) {
    if (flow == null) {
      flow = shard.open(young(Phase.LIVE));
    }
  }

  /** Its socket is given up while the other end's FIN may still come. */
  void park(ShadowShard shard) {
    if (flow != null) {
      flow.park();
    } else {
      shard.remember(young(Phase.PARKED));
    }
  }

  /** Both ends are done. */
  void end(ShadowShard shard) {
    if (flow != null) {
      flow.end();
    } else {
      shard.remember(young(Phase.ENDED));
    }
  }

  /** There was never a connection. */
  void forget() {
    if (flow != null) {
      flow.forget();
    }
  }

  private FlowRecord young(Phase phase) {
    return new FlowRecord(
        session,
        leg,
        listener,
        original,
        reply,
        phase,
        closedFirst,
        closedSeconds,
        remoteEnded,
        localEnded,
        false);
  }
}
