package io.finward.conntrack.shadow;

import io.finward.conntrack.message.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * A live flow, held by its session from accept or connect until its socket is closed. While it is
 * young what has happened to it is only remembered here; after {@link #takeIn} only the table
 * knows. Used on the shard's loop only; after {@link #park}, {@link #end} and {@link #forget} it is
 * of no use.
 */
public final class Flow {
  /** What is known of a flow that is not in the table. A held session's flows have none. */
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

  private final ShadowShard shard;
  private @Nullable Young young;
  private int row;
  private int generation;

  /** One that the table does not know yet. */
  Flow(ShadowShard shard, long session, Leg leg, int listener, Tuple original, Tuple reply) {
    this.shard = shard;
    this.young = new Young(session, leg, listener, original, reply);
  }

  /** One that has a row in the table. */
  Flow(ShadowShard shard, int row) {
    this.shard = shard;
    hold(row);
  }

  /** Has the table know it; nothing to do where it does. */
  public void takeIn() {
    if (young != null) {
      hold(shard.admit(young.in(Phase.LIVE)));
      young = null;
    }
  }

  /** An end's FIN was seen: the remote end's received, or ours sent. */
  public void closed(End end) {
    if (young != null) {
      young.closed(end, shard.seconds());
    } else if (valid()) {
      shard.closed(row, end);
    }
  }

  /** The socket is given up while the other end's FIN may still come. */
  public void park() {
    if (young != null) {
      shard.remember(young.in(Phase.PARKED));
    } else if (valid()) {
      shard.park(row);
    }
  }

  /** Both ends are done, by FIN or RST; late copies are still translated for a while. */
  public void end() {
    if (young != null) {
      shard.remember(young.in(Phase.ENDED));
    } else if (valid()) {
      shard.end(row);
    }
  }

  /** There was never a connection. */
  public void forget() {
    if (young == null && valid()) {
      shard.forget(row);
    }
  }

  /** Whether it is still known; the next connection of its tuple may have taken its place. */
  public boolean known() {
    return young != null || valid();
  }

  /** What the table knows of it now; after its end, what it knew last is gone. */
  public FlowRecord record() {
    if (young != null) {
      return young.in(Phase.LIVE);
    }
    if (!known()) {
      throw new IllegalStateException("flow has ended (expected: a live flow)");
    }
    return shard.read(row);
  }

  private void hold(int row) {
    this.row = row;
    this.generation = shard.generation(row);
  }

  /** The next connection of the same tuple may have taken the row. */
  private boolean valid() {
    return shard.generation(row) == generation;
  }
}
