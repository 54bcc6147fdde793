package io.finward.appliance.explicit;

import static io.finward.appliance.explicit.ProxyTalk.hearUntil;
import static io.finward.appliance.explicit.ProxyTalk.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the machine gives runs out: those who are there go on, the others wait or are refused. */
@Tag("netns")
@Timeout(120)
@ExtendWith(NetnsExtension.class)
class ShortageIT {
  private static final int DOOR = 3128;
  private static final int CROWD = 40;
  private static final String GET_LINE = "GET http://198.51.100.2/hello HTTP/1.1";

  @TempDir private Path folder;

  /** The limit falls under a running daemon, whose budget knows nothing of it: EMFILE. */
  @Test
  void whenDescriptorsRunOutNewClientsWaitAndThoseThereGoOn() throws Exception {
    try (ExplicitLab lab = ExplicitLab.startFromJars(folder, "explicit { connect-ports = [80] }")) {
      ProxyTalk talk = new ProxyTalk(lab.client());
      List<Socket> crowd = new ArrayList<>();
      try (Socket tunnel = talk.tunnel(DOOR, "198.51.100.2:80")) {
        lab.limitDescriptors(lab.descriptors() + 10);
        for (int i = 0; i < CROWD; i++) {
          crowd.add(talk.connect(DOOR));
          say(crowd.getLast(), GET_LINE + "\r\nHost: x\r\n\r\n");
        }
        say(tunnel, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(hearUntil(tunnel, "hello\n")).contains(" 200 ");
        await().until(() -> lab.log().contains("EMFILE: waiting"));

        lab.limitDescriptors(10_000);
        assertThat(crowd.stream().map(ShortageIT::outcome))
            .contains("200")
            .isSubsetOf("200", "503", "reset");
        assertThat(talk.ask(DOOR, GET_LINE, "Host: x").status()).isEqualTo(200);
      } finally {
        for (Socket client : crowd) {
          client.close();
        }
      }
      assertThat(lab.log()).doesNotContain("LEAK", "a bug");
    }
  }

  /** Who waited is served; who was let in, and nothing was left for the server, is told so. */
  private static String outcome(Socket client) {
    try {
      return hearUntil(client, "\r\n\r\n").split(" ", 3)[1];
    } catch (SocketException _) {
      return "reset";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whenTheConntrackTableFillsNewClientsAreRefusedAndThoseThereGoOn() throws Exception {
    String settings =
        "explicit { connect-ports = [80] }\nlimits { table-alarm = 1, table-refuse = 1 }";
    try (ExplicitLab lab = ExplicitLab.start(folder, settings)) {
      ProxyTalk talk = new ProxyTalk(lab.client());
      try (Socket tunnel = talk.tunnel(DOOR, "198.51.100.2:80")) {
        int limit =
            Integer.parseInt(
                lab.gateway().run("cat", "/proc/sys/net/netfilter/nf_conntrack_max").strip());
        fill(lab, limit / 100 + 100);
        await().until(() -> refused(talk));
        say(tunnel, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(hearUntil(tunnel, "hello\n")).contains(" 200 ");
        assertThat(lab.log()).contains("reason=table-full");

        lab.gateway().run("conntrack", "-D", "-p", "udp");
        await().until(() -> !refused(talk));
      }
    }
  }

  /** Each port of the server's that a datagram goes to is an entry of the gateway's. */
  private static void fill(ExplicitLab lab, int entries) throws IOException {
    InetAddress server = InetAddress.ofLiteral(ExplicitLab.SERVER);
    for (int sent = 0; sent < entries; ) {
      try (DatagramSocket socket = lab.client().call(DatagramSocket::new)) {
        for (int port = 1000; port < 60_000 && sent < entries; port++, sent++) {
          socket.send(new DatagramPacket(new byte[1], 1, server, port));
        }
      }
    }
  }

  private static boolean refused(ProxyTalk talk) throws IOException {
    try {
      return talk.ask(DOOR, GET_LINE, "Host: x").status() != 200;
    } catch (SocketException _) {
      return true;
    }
  }
}
