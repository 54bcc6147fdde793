package io.finward.conntrack.rescue;

import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.FlowRecord;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where flows are asked for. Any thread; the answer may come on any. */
public interface FlowDirectory {
  /** The flow that has this tuple, as original or as reply; null when nobody knows one. */
  CompletableFuture<@Nullable FlowRecord> find(Tuple packet);

  /**
   * The flow that has this tuple, but for one that is younger than a second or has ended: to look
   * for those costs a loop that is busy more than it is worth where only older ones matter.
   */
  CompletableFuture<@Nullable FlowRecord> findSettled(Tuple packet);

  /** Notes that a flow's entry was made again, and lasts by CTA_TIMEOUT from now on. */
  void madeAgain(FlowRecord flow);

  /** Corrects the tuples of the flow that has {@code known} as one of them. */
  void correct(Tuple known, Tuple original, Tuple reply);
}
