package io.finward.proxy;

import static io.finward.proxy.ExplicitHarness.hear;
import static io.finward.proxy.ExplicitHarness.say;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.DefaultPolicy;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import java.net.Socket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The explicit door as clients see it, against an origin on the loopback of a namespace. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
@SuppressWarnings("StringConcatToTextBlock") // the ends of lines matter here
class ExplicitDoorIT {
  @Test
  void forwardsTwoRequestsOfOneConnectionInOrder(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = new ExplicitHarness(ns, AccessPolicy.OPEN);
        Socket client = door.connect()) {
      say(
          client,
          "GET http://127.0.0.1:7000/a?b HTTP/1.1\r\nHost: other\r\nProxy-Authorization: Basic eA==\r\n"
              + "Connection: keep-alive, X-Private\r\nX-Private: 1\r\nX-Kept: 2\r\n\r\n"
              + "GET http://127.0.0.1:7000/second HTTP/1.1\r\nHost: other\r\n\r\n");
      try (Socket server = door.accept()) {
        assertThat(hear(server, "\r\n\r\n"))
            .startsWith("GET /a?b HTTP/1.1\r\n")
            .containsIgnoringCase("host: 127.0.0.1:7000\r\n")
            .contains("X-Kept: 2")
            .doesNotContain("X-Private", "Proxy-Authorization", "other");
        say(server, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
        assertThat(hear(client, "one")).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(hear(server, "\r\n\r\n")).startsWith("GET /second HTTP/1.1\r\n");
        say(server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n");
        assertThat(hear(client, "0\r\n\r\n")).contains("two");
      }
      client.shutdownOutput();
      await().until(() -> door.events.contains(new SessionEvent.Ended(EndReason.FINISHED)));
    }
  }

  @Test
  void connectKeepsEarlyBytesAndBothHalfCloses(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = new ExplicitHarness(ns, AccessPolicy.OPEN);
        Socket client = door.connect()) {
      say(client, "CONNECT 127.0.0.1:7000 HTTP/1.1\r\nHost: 127.0.0.1:7000\r\n\r\nearly");
      try (Socket server = door.accept()) {
        assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 200 ").contains("Proxy-agent: ");
        client.shutdownOutput();
        assertThat(new String(server.getInputStream().readAllBytes(), ISO_8859_1))
            .isEqualTo("early");
        say(server, "late");
        server.shutdownOutput();
        assertThat(new String(client.getInputStream().readAllBytes(), ISO_8859_1))
            .isEqualTo("late");
      }
      await().until(() -> door.events.contains(new SessionEvent.Ended(EndReason.FINISHED)));
    }
  }

  @Test
  void socks5BecomesATunnel(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = new ExplicitHarness(ns, AccessPolicy.OPEN);
        Socket client = door.connect()) {
      client.getOutputStream().write(new byte[] {5, 1, 0});
      assertThat(client.getInputStream().readNBytes(2)).containsExactly(5, 0);
      client
          .getOutputStream()
          .write(new byte[] {5, 1, 0, 1, 127, 0, 0, 1, 7000 >> 8, (byte) 7000, 'h', 'i'});
      try (Socket server = door.accept()) {
        assertThat(client.getInputStream().readNBytes(10)).startsWith(5, 0);
        assertThat(server.getInputStream().readNBytes(2)).containsExactly('h', 'i');
        say(server, "yo");
        assertThat(client.getInputStream().readNBytes(2)).containsExactly('y', 'o');
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "localhost"})
  void refusesLocalDestinationsWithoutRules(String host, NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door =
            new ExplicitHarness(ns, new DefaultPolicy(DefaultPolicy.CONNECT_PORTS));
        Socket client = door.connect()) {
      say(client, "GET http://" + host + ":7000/ HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 403 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "Content-Length : 3\r\n\r\nabc",
        "X: a\r\n b\r\n\r\n",
        "X: a\n\r\n",
        "X: a\rb\r\n\r\n",
        "X: a\0b\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
      })
  void ambiguousRequestsGet400AndReachNobody(String rest, NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = new ExplicitHarness(ns, AccessPolicy.OPEN);
        Socket client = door.connect()) {
      say(client, "POST http://127.0.0.1:7000/ HTTP/1.1\r\nHost: x\r\n" + rest);
      assertThat(new String(client.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 400 ")
          .containsIgnoringCase("connection: close");
      assertThat(door.received()).isEmpty();
    }
  }
}
