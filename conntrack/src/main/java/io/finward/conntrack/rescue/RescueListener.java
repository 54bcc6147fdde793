package io.finward.conntrack.rescue;

import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.FlowRecord;

/** What rescue asks of its surroundings. Called on the conntrack loop; must not block. */
public interface RescueListener {
  /** For metrics, logs and the timeline. */
  void on(RescueEvent event);

  /**
   * A RST came late. Nobody sends it twice, so its copy must do: the session is to be ended and the
   * other side told. The entry has been made again, so that our own RST is translated.
   */
  void onLateReset(FlowRecord flow, End side, LatePacket packet);

  /** Nobody knows this tuple: its sender is to be refused from now on, in the wall. */
  void declareStranger(Tuple tuple);
}
