package io.finward.conntrack.rescue;

import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.message.TcpState;
import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Phase;
import org.jspecify.annotations.Nullable;

/**
 * In which state a flow's entry is made again. The tracker takes a second FIN for the other
 * direction's (tcp_conntracks of nf_conntrack_proto_tcp.c): an entry that is made as if a FIN had
 * passed, before that FIN is sent again, is in TIME_WAIT while the flow is half-closed.
 */
final class RestoredState {
  private RestoredState() {}

  /** By what both ends are known to have sent. */
  static TcpState of(FlowRecord flow) {
    if (flow.phase() == Phase.ENDED || (flow.remoteEnded() && flow.localEnded())) {
      // Both FINs were seen. A repeated one keeps it there, an ACK makes it TIME_WAIT.
      return TcpState.LAST_ACK;
    }
    return flow.halfClosed() ? TcpState.CLOSE_WAIT : TcpState.ESTABLISHED;
  }

  /** The state that a packet should find which the wall has stopped: as if it had not been sent. */
  static TcpState before(FlowRecord flow, LatePacket.Kind late, End sender) {
    boolean endComesAgain = late == LatePacket.Kind.FIN || late == LatePacket.Kind.DATA;
    boolean senderEnded = sender == End.LOCAL ? flow.localEnded() : flow.remoteEnded();
    if (flow.phase() == Phase.ENDED || !endComesAgain || !senderEnded) {
      return of(flow);
    }
    boolean otherEnded = sender == End.LOCAL ? flow.remoteEnded() : flow.localEnded();
    return otherEnded ? TcpState.CLOSE_WAIT : TcpState.ESTABLISHED;
  }

  /** The state in which the kernel gave the entry of a live flow up, where that is of use. */
  static TcpState again(FlowRecord flow, @Nullable TcpState last) {
    return switch (last) {
      case ESTABLISHED, FIN_WAIT, CLOSE_WAIT, LAST_ACK -> last;
      case NONE, SYN_SENT, SYN_RECV, TIME_WAIT, CLOSE, SYN_SENT2 -> of(flow);
      case null -> of(flow);
    };
  }
}
