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
  /** What is known of a leg that is not in the table. A held session has none. */
  private static final class Young {
    private final long session;
    private final Leg leg;
    private final int listener;
    private final Tuple original;
    private final Tuple reply;
    private @Nullable End closedFirst;
    private int closedSeconds;
    private boolean remoteEnded;
    private boolean localEnded;

    Young(long session, Leg leg, int listener, Tuple original, Tuple reply) {
      this.session = session;
      this.leg = leg;
      this.listener = listener;
      this.original = original;
      this.reply = reply;
    }

    void closed(End end, int seconds) {
      if (closedFirst == null) {
        closedFirst = end;
        closedSeconds = seconds;
      }
      remoteEnded |= end == End.REMOTE;
      localEnded |= end == End.LOCAL;
    }

    FlowRecord in(Phase phase) {
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

  private @Nullable Young young;
  private @Nullable Flow flow;

  FedLeg(long session, Leg leg, int listener, Tuple original, Tuple reply) {
    young = new Young(session, leg, listener, original, reply);
  }

  /** An end's FIN was seen. */
  void closed(ShadowShard shard, End end) {
    if (young != null) {
      young.closed(end, shard.seconds());
    } else if (flow != null) {
      flow.closed(end);
    }
  }

  /** Puts a young leg into the table. */
  void open(ShadowShard shard) {
    if (young != null) {
      flow = shard.open(young.in(Phase.LIVE));
      young = null;
    }
  }

  /** Its socket is given up while the other end's FIN may still come. */
  void park(ShadowShard shard) {
    if (young != null) {
      shard.remember(young.in(Phase.PARKED));
    } else if (flow != null) {
      flow.park();
    }
  }

  /** Both ends are done. */
  void end(ShadowShard shard) {
    if (young != null) {
      shard.remember(young.in(Phase.ENDED));
    } else if (flow != null) {
      flow.end();
    }
  }

  /** There was never a connection. */
  void forget() {
    if (flow != null) {
      flow.forget();
    }
  }
}
