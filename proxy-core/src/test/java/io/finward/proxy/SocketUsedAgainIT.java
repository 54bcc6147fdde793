package io.finward.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.session.EndReason;
import java.io.IOException;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which sockets sessions have upstream, as the kernel's inodes tell. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class SocketUsedAgainIT {
  private static final Pattern INODE = Pattern.compile("ino:(\\d+)");

  /** More than there are loops, each of which keeps its own. */
  private static final int SESSIONS = 12;

  private static final byte[] LARGE = Bytes.random(1 << 20, 3);

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true, 1, true",
    "127.0.0.1, false, 1, true",
    "::1, true, 1, true",
    "::1, false, 1, true",
    "127.0.0.1, true, 1048576, false"
  })
  void onlyShortSessionsHandTheirsOn(
      String address, boolean serverFirst, int bytes, boolean again, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address)) {
      Set<Integer> ports = new HashSet<>();
      Set<String> inodes = new HashSet<>();
      for (int i = 0; i < SESSIONS; i++) {
        try (Socket client = harness.connect();
            Socket server = harness.accept()) {
          inodes.add(inode(ns, server.getPort()));
          ports.add(server.getPort());
          Socket first = serverFirst ? server : client;
          Socket second = serverFirst ? client : server;
          first.getOutputStream().write(LARGE, 0, bytes);
          first.shutdownOutput();
          assertThat(second.getInputStream().readAllBytes()).hasSize(bytes);
          second.getOutputStream().write("end".getBytes(US_ASCII));
          second.shutdownOutput();
          assertThat(first.getInputStream().readAllBytes()).asString().isEqualTo("end");
        }
        await().until(() -> harness.ended(EndReason.FINISHED));
        harness.events.clear();
      }
      assertThat(ports).hasSize(SESSIONS);
      if (again) {
        assertThat(inodes).hasSizeBetween(1, SESSIONS - 1);
      } else {
        assertThat(inodes).hasSize(SESSIONS);
      }
    }
  }

  /** The socket of the proxy's end of a connection to the server. */
  private static String inode(NetworkNamespace ns, int port) throws IOException {
    String listing = ns.run("ss", "-Htne", "sport", "=", ":" + port);
    Matcher inode = INODE.matcher(listing);
    assertThat(inode.find()).as(listing).isTrue();
    return inode.group(1);
  }
}
