package io.finward.conntrack.shadow;

/** Told by a shard, on its loop, of what only time brings. Must not block. */
public interface ShardListener {
  /** A half-closed flow's entry is due for renewal; called again after the same time. */
  void onLeaseDue(FlowRecord flow);
}
