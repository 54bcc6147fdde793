package io.finward.conntrack.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.conntrack.message.LatePacket.Kind;
import io.finward.conntrack.message.TcpState;
import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Leg;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class RestoredStateTest {
  private static final Tuple CLIENT =
      Tuple.tcp(
          new InetSocketAddress("192.0.2.2", 40000), new InetSocketAddress("198.51.100.2", 80));

  private final FlowRecord open =
      FlowRecord.opened(1, Leg.TRANSPARENT, 0, CLIENT, CLIENT.inverse());
  private final FlowRecord clientEnded = open.closed(End.REMOTE, 1);
  private final FlowRecord bothEnded = clientEnded.closed(End.LOCAL, 2);

  @Test
  void isByWhatBothEndsHaveSent() {
    assertThat(RestoredState.of(open)).isEqualTo(TcpState.ESTABLISHED);
    assertThat(RestoredState.of(clientEnded)).isEqualTo(TcpState.CLOSE_WAIT);
    assertThat(RestoredState.of(bothEnded)).isEqualTo(TcpState.LAST_ACK);
  }

  @Test
  void aFinThatComesAgainFindsItAsIfItHadNotBeenSent() {
    assertThat(RestoredState.before(clientEnded, Kind.FIN, End.REMOTE))
        .isEqualTo(TcpState.ESTABLISHED);
    assertThat(RestoredState.before(clientEnded, Kind.DATA, End.REMOTE))
        .isEqualTo(TcpState.ESTABLISHED);
    assertThat(RestoredState.before(bothEnded, Kind.FIN, End.LOCAL)).isEqualTo(TcpState.CLOSE_WAIT);
  }

  @Test
  void theOtherEndsPacketsChangeNothing() {
    assertThat(RestoredState.before(clientEnded, Kind.DATA, End.LOCAL))
        .isEqualTo(TcpState.CLOSE_WAIT);
    assertThat(RestoredState.before(clientEnded, Kind.RST, End.REMOTE))
        .isEqualTo(TcpState.CLOSE_WAIT);
  }

  @Test
  void aLiveFlowGetsTheStateItHadWhereThatIsOfUse() {
    assertThat(RestoredState.again(clientEnded, TcpState.FIN_WAIT)).isEqualTo(TcpState.FIN_WAIT);
    assertThat(RestoredState.again(clientEnded, TcpState.TIME_WAIT)).isEqualTo(TcpState.CLOSE_WAIT);
    assertThat(RestoredState.again(open, null)).isEqualTo(TcpState.ESTABLISHED);
  }
}
