package io.finward.proxy;

import static io.finward.proxy.ExplicitHarness.ORIGIN;
import static io.finward.proxy.ExplicitHarness.hear;
import static io.finward.proxy.ExplicitHarness.hearAll;
import static io.finward.proxy.ExplicitHarness.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What RFC 9110 and 9112 ask of a proxy, seen from both ends of it. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
@SuppressWarnings("StringConcatToTextBlock") // the ends of lines matter here
class HttpExchangesIT {
  private static final String GET = "GET http://" + ORIGIN + "/ HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String POST = "POST http://" + ORIGIN + "/ HTTP/1.1\r\nHost: x\r\n";

  private ExplicitHarness door;
  private Socket client;

  @BeforeEach
  void open(NetworkNamespace ns) throws IOException {
    door = new ExplicitHarness(ns, AccessPolicy.OPEN);
    client = door.connect();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    door.close();
  }

  @Test
  void chunkedBodiesAndTrailersPassBothWays() throws Exception {
    say(client, POST + "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n");
    say(client, "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
    try (Socket server = door.accept()) {
      assertThat(hear(server, "X-Sum: 1\r\n\r\n")).contains("hello");
      say(server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      say(server, "2\r\nok\r\n0\r\nX-End: 2\r\n\r\n");
      assertThat(hear(client, "X-End: 2\r\n\r\n")).contains("ok");
    }
  }

  @Test
  void theOriginDecidesWhetherTheBodyIsWanted() throws Exception {
    say(client, POST + "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    try (Socket server = door.accept()) {
      assertThat(hear(server, "\r\n\r\n")).containsIgnoringCase("expect: 100-continue");
      say(server, "HTTP/1.1 100 Continue\r\n\r\n");
      assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 100 ");
      say(client, "body");
      assertThat(hear(server, "body")).endsWith("body");
      say(server, "HTTP/1.1 204 No Content\r\n\r\n");
      assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 204 ");
    }
  }

  @Test
  void anUpgradeBecomesATunnel() throws Exception {
    say(
        client,
        "GET http://"
            + ORIGIN
            + "/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Key: a\r\n\r\n");
    try (Socket server = door.accept()) {
      assertThat(hear(server, "\r\n\r\n"))
          .containsIgnoringCase("upgrade: websocket\r\n")
          .containsIgnoringCase("connection: upgrade\r\n");
      say(
          server,
          "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst");
      assertThat(hear(client, "first")).contains("101 ").containsIgnoringCase("upgrade: websocket");
      say(client, "\0\1\2");
      client.shutdownOutput();
      assertThat(hearAll(server)).isEqualTo("\0\1\2");
      say(server, "last");
      server.shutdownOutput();
      assertThat(hearAll(client)).isEqualTo("last");
    }
    await().until(() -> door.events.contains(new SessionEvent.Ended(EndReason.FINISHED)));
  }

  /** The rest of the body would be the new protocol's first bytes. */
  @Test
  void anOriginThatChangesTheProtocolBeforeItHasReadIsABadOne() throws Exception {
    say(
        client,
        "POST http://"
            + ORIGIN
            + "/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Content-Length: 100\r\n\r\nhalf");
    try (Socket server = door.accept()) {
      hear(server, "half");
      say(server, "HTTP/1.1 101 Over\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 502 ");
      assertThat(hearAll(server)).isEmpty();
    }
  }

  @Test
  void anAnswerWithoutALengthThatIsResetIsNotWhole() throws Exception {
    say(client, "GET http://" + ORIGIN + "/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    Socket server = door.accept();
    hear(server, "\r\n\r\n");
    say(server, "HTTP/1.1 200 OK\r\n\r\nhalf");
    hear(client, "half");
    Bytes.reset(server);
    assertThat(hearAll(client)).doesNotContain("0\r\n\r\n");
  }

  @Test
  void aClientOfHttp10GetsNoChunksAndTheEnd() throws Exception {
    say(client, "GET http://" + ORIGIN + "/ HTTP/1.0\r\n\r\n");
    try (Socket server = door.accept()) {
      assertThat(hear(server, "\r\n\r\n"))
          .startsWith("GET / HTTP/1.1\r\n")
          .containsIgnoringCase("host: " + ORIGIN);
      say(server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
      assertThat(hearAll(client))
          .doesNotContainIgnoringCase("transfer-encoding")
          .endsWith("\r\n\r\nabc");
    }
  }

  @Test
  void anAnswerThatEndsWithItsConnectionBecomesChunks() throws Exception {
    say(client, GET);
    try (Socket server = door.accept()) {
      hear(server, "\r\n\r\n");
      say(server, "HTTP/1.1 200 OK\r\n\r\nabc");
    }
    assertThat(hear(client, "0\r\n\r\n"))
        .containsIgnoringCase("transfer-encoding: chunked")
        .contains("3\r\nabc\r\n");
    // And the client's connection lives on.
    say(client, GET);
    try (Socket server = door.accept()) {
      assertThat(hear(server, "\r\n\r\n")).startsWith("GET / ");
    }
  }

  @Test
  void headHasNoBodyAndTheNextRequestFollowsOnBothConnections() throws Exception {
    say(client, "HEAD http://" + ORIGIN + "/ HTTP/1.1\r\nHost: x\r\n\r\n" + GET);
    try (Socket server = door.accept()) {
      assertThat(hear(server, "\r\n\r\n")).startsWith("HEAD / ");
      say(server, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
      assertThat(hear(server, "\r\n\r\n")).startsWith("GET / ");
      say(server, "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n");
      assertThat(hear(client, "304 Not Modified\r\n"))
          .containsIgnoringCase("content-length: 1000\r\n\r\nHTTP/1.1 304");
    }
  }

  @Test
  void manyPipelinedRequestsAreAnsweredInOrder() throws Exception {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      requests.append("GET http://%s/%d HTTP/1.1\r\nHost: x\r\n\r\n".formatted(ORIGIN, i));
    }
    say(client, requests.toString());
    try (Socket server = door.accept()) {
      for (int i = 0; i < 50; i++) {
        assertThat(hear(server, "\r\n\r\n")).startsWith("GET /" + i + " ");
        say(server, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<%02d>".formatted(i));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(hear(client, ">")).endsWith("<%02d>".formatted(i));
      }
    }
  }

  @Test
  void aGetOnAConnectionThatTheOriginHasClosedIsSentAgain() throws Exception {
    say(client, GET);
    try (Socket server = door.accept()) {
      hear(server, "\r\n\r\n");
      say(server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      hear(client, "ok");
      say(client, GET);
      hear(server, "\r\n\r\n");
      // Too late for the proxy to have known.
    }
    try (Socket again = door.accept()) {
      assertThat(hear(again, "\r\n\r\n")).startsWith("GET / ");
      say(again, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
      assertThat(hear(client, "OK")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void aPostIsNeverSentTwice() throws Exception {
    say(client, GET);
    try (Socket server = door.accept()) {
      hear(server, "\r\n\r\n");
      say(server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      hear(client, "ok");
      say(client, POST + "Content-Length: 1\r\n\r\nx");
      hear(server, "\r\n\r\nx");
    }
    assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 502 ");
    assertThat(door.received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "",
      })
  void aBrokenAnswerBecomes502(String answer) throws Exception {
    say(client, POST + "Content-Length: 0\r\n\r\n");
    try (Socket server = door.accept()) {
      hear(server, "\r\n\r\n");
      say(server, answer);
    }
    assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 502 ");
  }

  @Test
  void anAnswerCutShortIsCutShortForTheClient() throws Exception {
    say(client, GET);
    try (Socket server = door.accept()) {
      hear(server, "\r\n\r\n");
      say(server, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
    }
    assertThat(hearAll(client)).endsWith("only this");
  }

  @Test
  void aSecondAnswerNobodyAskedForIsDropped() throws Exception {
    say(client, GET);
    try (Socket server = door.accept()) {
      hear(server, "\r\n\r\n");
      String answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
      say(server, answer + "one" + answer + "two");
      hear(client, "one");
      say(client, GET);
      // Not this connection's second answer: a new connection's.
      try (Socket other = door.accept()) {
        hear(other, "\r\n\r\n");
        say(other, answer + "new");
        assertThat(hear(client, "new")).doesNotContain("two");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS", "TRACE"})
  void maxForwardsIsCounted(String method) throws Exception {
    String target = "OPTIONS".equals(method) ? "" : "/";
    String request =
        method + " http://" + ORIGIN + target + " HTTP/1.1\r\nHost: x\r\nMax-Forwards: %d\r\n\r\n";
    say(client, request.formatted(1));
    try (Socket server = door.accept()) {
      assertThat(hear(server, "\r\n\r\n"))
          .startsWith(method + ("OPTIONS".equals(method) ? " * HTTP" : " / HTTP"))
          .containsIgnoringCase("max-forwards: 0\r\n");
      say(server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      hear(client, "\r\n\r\n");
    }
    say(client, request.formatted(0));
    assertThat(hear(client, "\r\n\r\n"))
        .startsWith("OPTIONS".equals(method) ? "HTTP/1.1 200 " : "HTTP/1.1 405 ");
  }

  @Test
  void largeBodiesStreamBothWaysAtTheReadersPace() throws Exception {
    int size = 40_000_000;
    say(client, POST + "Content-Length: " + size + "\r\n\r\n");
    CompletableFuture<Long> sent = CompletableFuture.supplyAsync(() -> sendRandom(client, size));
    try (Socket server = door.accept()) {
      hear(server, "\r\n\r\n");
      assertThat(crcOf(server, size)).isEqualTo(sent.join());
      say(server, "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
      CompletableFuture<Long> answered =
          CompletableFuture.supplyAsync(() -> sendRandom(server, size));
      hear(client, "\r\n\r\n");
      assertThat(crcOf(client, size)).isEqualTo(answered.join());
    }
  }

  @Test
  void aClientThatGoesEndsTheOriginsConnection() throws Exception {
    say(client, GET);
    try (Socket server = door.accept()) {
      hear(server, "\r\n\r\n");
      say(server, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
      client.setSoLinger(true, 0);
      client.close();
      assertThat(server.getInputStream().read()).isEqualTo(-1);
    }
    await()
        .until(() -> door.events.stream().anyMatch(event -> event instanceof SessionEvent.Ended _));
  }

  private static long sendRandom(Socket to, int size) {
    Random random = new Random(size);
    CRC32 sum = new CRC32();
    byte[] piece = new byte[10_000];
    try {
      OutputStream out = to.getOutputStream();
      for (int left = size; left > 0; left -= piece.length) {
        random.nextBytes(piece);
        sum.update(piece);
        out.write(piece);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return sum.getValue();
  }

  private static long crcOf(Socket from, int size) throws IOException {
    CheckedInputStream in = new CheckedInputStream(from.getInputStream(), new CRC32());
    byte[] piece = new byte[65_536];
    for (int left = size; left > 0; ) {
      int count = in.read(piece, 0, Math.min(left, piece.length));
      if (count < 0) {
        throw new IOException("ended " + left + " bytes too early");
      }
      left -= count;
    }
    return in.getChecksum().getValue();
  }
}
