package io.finward.linux.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.linux.libc.Errno;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last bytes and the FIN, as the kernel counts their packets. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class LastSegmentIT {
  private static final byte[] WORDS = "the last words".getBytes(US_ASCII);

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void lastBytesAndFinAreOneSegment(
      String address, NetworkNamespace together, NetworkNamespace apart) throws Exception {
    assertThat(segmentsOfAnEnd(together, address, true)).isEqualTo(1);
    assertThat(segmentsOfAnEnd(apart, address, false)).isEqualTo(2);
  }

  /** How many packets with bytes or a FIN left the one end. */
  private static long segmentsOfAnEnd(NetworkNamespace here, String address, boolean last)
      throws Exception {
    here.run("nft", "add table inet count");
    here.run("nft", "add chain inet count out { type filter hook output priority 0; }");
    try (ServerSocket server =
            here.call(() -> new ServerSocket(0, 5, InetAddress.getByName(address)));
        Arena arena = Arena.ofConfined()) {
      here.run(
          "nft",
          "add rule inet count out tcp dport %d tcp flags & (fin|psh) != 0 counter"
              .formatted(server.getLocalPort()));
      InetSocketAddress remote =
          new InetSocketAddress(InetAddress.getByName(address), server.getLocalPort());
      TcpSocket socket = here.call(() -> TcpSocket.open(new LoopMemory(), remote));
      assertThat(socket.connect(remote)).isIn(0, -Errno.EINPROGRESS);
      try (Socket peer = server.accept()) {
        MemorySegment words = arena.allocate(WORDS.length).copyFrom(MemorySegment.ofArray(WORDS));
        Awaitility.await()
            .pollInSameThread()
            .until(() ->
                (last ? socket.sendLast(words, WORDS.length) : socket.send(words, WORDS.length))
                    == WORDS.length);
        socket.shutdownWrite();
        assertThat(peer.getInputStream().readAllBytes()).isEqualTo(WORDS);
        return packets(here);
      } finally {
        socket.close();
      }
    }
  }

  private static long packets(NetworkNamespace here) throws Exception {
    String listing = here.run("nft", "list", "table", "inet", "count");
    String counter = listing.substring(listing.indexOf("counter packets ") + 16);
    return Long.parseLong(counter.substring(0, counter.indexOf(' ')));
  }
}
