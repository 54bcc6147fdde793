package io.finward.appliance.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.lab.SocketTable.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketTableTest {
  private static final List<String> LINES =
      """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0
         1: 020200C0:9C40 026433C6:0050 09 00000000:00000000 01:00000015 00000000     0        0 0 3 0
        10: B80D0120000001000000000002000000:9C41 B80D0120:0050 08 00000000:00000000 00:00000000 00000000
      """
          .lines()
          .toList();

  @Test
  void readsPortsByState() {
    assertThat(SocketTable.localPorts(LINES, State.LISTEN)).containsExactly(8080);
    assertThat(SocketTable.localPorts(LINES, State.LAST_ACK)).containsExactly(40000);
    assertThat(SocketTable.localPorts(LINES, State.CLOSE_WAIT)).containsExactly(40001);
    assertThat(SocketTable.localPorts(LINES, State.ESTABLISHED)).isEmpty();
  }
}
