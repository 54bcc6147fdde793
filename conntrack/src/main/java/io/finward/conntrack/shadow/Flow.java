package io.finward.conntrack.shadow;

/**
 * A live flow, held by its session from accept or connect until its socket is closed. Used on the
 * shard's loop only; after {@link #park}, {@link #end} and {@link #forget} it is of no use.
 */
public final class Flow {
  private final ShadowShard shard;
  private final int row;
  private final int generation;

  Flow(ShadowShard shard, int row, int generation) {
    this.shard = shard;
    this.row = row;
    this.generation = generation;
  }

  /** An end's FIN was seen: the remote end's received, or ours sent. */
  public void closed(End end) {
    if (valid()) {
      shard.closed(row, end);
    }
  }

  /** The socket is given up while the other end's FIN may still come. */
  public void park() {
    if (valid()) {
      shard.park(row);
    }
  }

  /** Both ends are done, by FIN or RST; late copies are still translated for a while. */
  public void end() {
    if (valid()) {
      shard.end(row);
    }
  }

  /** There was never a connection. */
  public void forget() {
    if (valid()) {
      shard.forget(row);
    }
  }

  /** What the table knows of it now; after its end, what it knew last is gone. */
  public FlowRecord record() {
    if (!valid()) {
      throw new IllegalStateException("flow has ended (expected: a live flow)");
    }
    return shard.read(row);
  }

  /** The next connection of the same tuple may have taken the row. */
  private boolean valid() {
    return shard.generation(row) == generation;
  }
}
