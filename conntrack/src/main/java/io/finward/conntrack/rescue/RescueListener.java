package io.finward.conntrack.rescue;

import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.FlowRecord;
import java.util.concurrent.CompletableFuture;

/** What rescue asks of its surroundings. Called on the conntrack loop; must not block. */
public interface RescueListener {
  /** For metrics, logs and the timeline. */
  void on(RescueEvent event);

  /**
   * A RST came late. Nobody sends it twice, so its copy must do: the session is to be ended and the
   * other side told. The entry has been made again, so that our own RST is translated.
   */
  void onLateReset(FlowRecord flow, End side, LatePacket packet);

  /**
   * The client's next connection has the tuple of this held session: it is to make way, without a
   * packet to the client. Completes when it has, or when it is not held any more.
   */
  CompletableFuture<?> onTupleReused(FlowRecord flow);

  /** Nobody knows this tuple: its sender is to be refused from now on, in the wall. */
  void declareStranger(Tuple tuple);
}
