package io.finward.conntrack.rescue;

import io.finward.conntrack.client.Outcome;
import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.shadow.FlowRecord;
import org.jspecify.annotations.Nullable;

/** What happened at the wall and to the entries behind it. Told on the conntrack loop. */
public sealed interface RescueEvent {
  /**
   * A late packet was dealt with.
   *
   * @param packet its copy
   * @param flow its flow; null for a stranger
   * @param side {@code client}, {@code server} or {@code proxy}
   * @param reason why it had no entry
   * @param outcome what became of it
   */
  record Late(
      LatePacket packet,
      @Nullable FlowRecord flow,
      String side,
      Reason reason,
      RescueOutcome outcome)
      implements RescueEvent {}

  /** A copy was passed over: its source sends too many, or too many are under way. */
  record Limited(LatePacket packet) implements RescueEvent {}

  /** An entry was made again, for a late packet or for a live flow that had lost it. */
  record MadeAgain(FlowRecord flow) implements RescueEvent {}

  /** An entry's timeout was renewed. */
  record Leased(FlowRecord flow) implements RescueEvent {}

  /** An entry could not be made again. */
  record Failed(FlowRecord flow, Outcome outcome) implements RescueEvent {}
}
