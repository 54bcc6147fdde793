package io.finward.conntrack.rescue;

import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.shadow.FlowRecord;

/** Sends a RST of our own stack again, which nobody else does. Called on the conntrack loop. */
@FunctionalInterface
public interface ResetSender {
  /**
   * The flow has its entry again: the RST will be translated now.
   *
   * @return whether it was sent
   */
  boolean sendAgain(FlowRecord flow, LatePacket reset);
}
