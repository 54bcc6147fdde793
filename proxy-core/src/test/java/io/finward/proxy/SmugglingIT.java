package io.finward.proxy;

import static io.finward.proxy.ExplicitHarness.ORIGIN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.door.OriginSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Requests that two readers may understand in two ways: what the origin gets is nothing, or one
 * well-formed request, or a body that never ends. The mutations are those of smuggler (defparam),
 * for every byte, and of HTTP Garden's list of what was found in servers and proxies.
 */
@Tag("netns")
@Timeout(120)
@ExtendWith(NetnsExtension.class)
@SuppressWarnings("StringConcatToTextBlock") // the ends of lines matter here
class SmugglingIT {
  private static final String LINE = "POST http://" + ORIGIN + "/asked HTTP/1.1\r\n";
  private static final String HEAD = LINE + "Host: x\r\n";
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: y\r\n\r\n";
  private static final String[] TEMPLATES = {
    "Transfer-Encoding:%cchunked",
    "Transfer-Encoding%c: chunked",
    "%cTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked%c",
    "Transfer-%cEncoding: chunked",
    "Transfer-Encoding: chun%cked",
    "X: X%cTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked%cX: X",
    "X: X\r%cTransfer-Encoding: chunked",
    "X: X%c\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r%cX: X",
    "Transfer-Encoding: chunked%c\nX: X",
    "Content-Length%c: 5\r\nTransfer-Encoding: chunked",
    "Content-Length:%c5\r\nTransfer-Encoding: chunked",
  };

  /** An origin that keeps what each connection received, and answers whole requests. */
  private static final class Recorder implements AutoCloseable {
    final ConcurrentLinkedQueue<byte[]> received = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final NetworkNamespace where;
    private final ServerSocket listener;

    Recorder(NetworkNamespace where) throws IOException {
      this.where = where;
      listener = where.call(() -> new ServerSocket(7000, 512, InetAddress.getByName("127.0.0.2")));
      Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = listener.accept();
          open.incrementAndGet();
          accepted.incrementAndGet();
          Thread.ofVirtual().start(() -> record(socket));
        }
      } catch (IOException _) {
        // Closed.
      }
    }

    private void record(Socket socket) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (socket) {
        InputStream in = socket.getInputStream();
        byte[] piece = new byte[4096];
        boolean answered = false;
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
          bytes.write(piece, 0, count);
          if (!answered && end(bytes.toString(ISO_8859_1)) != null) {
            answered = true;
            socket
                .getOutputStream()
                .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
          }
        }
      } catch (IOException _) {
        // What came until then counts.
      }
      received.add(bytes.toByteArray());
      open.decrementAndGet();
    }

    /** Waits until all connections made so far, by a proxy that has closed them, are recorded. */
    void awaitAll() throws IOException {
      int before = accepted.get();
      // Connections are accepted in their order: when this one is, all before it are.
      where.call(() -> new Socket(InetAddress.getByName("127.0.0.2"), 7000)).close();
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofNanos(100_000))
          .until(() -> accepted.get() > before && open.get() == 0);
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  /** Where the first request ends, read as strictly as can be; null when it does not. */
  private static @Nullable Integer end(String text) {
    int head = text.indexOf("\r\n\r\n");
    if (head < 0) {
      return null;
    }
    String[] lines = text.substring(0, head).split("\r\n", -1);
    assertThat(lines[0]).matches("[A-Z]+ [!-~]+ HTTP/1\\.1");
    long length = 0;
    boolean chunked = false;
    for (int i = 1; i < lines.length; i++) {
      assertThat(lines[i]).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+: [^\\x00-\\x08\\x0a-\\x1f\\x7f]*");
      String lower = lines[i].toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(lower.substring(15).strip());
      } else if (lower.startsWith("transfer-encoding:")) {
        assertThat(lower).isEqualTo("transfer-encoding: chunked");
        chunked = true;
      }
    }
    int at = head + 4;
    if (!chunked) {
      return text.length() >= at + length ? at + (int) length : null;
    }
    while (true) {
      int line = text.indexOf("\r\n", at);
      if (line < 0) {
        return null;
      }
      long size = Long.parseLong(text.substring(at, line), 16);
      if (size == 0) {
        int last = text.indexOf("\r\n\r\n", line);
        return last < 0 ? null : last + 4;
      }
      if (line + 2 + size + 2 > text.length()) {
        return null;
      }
      at = line + 2 + (int) size + 2;
    }
  }

  private static List<String> attacks() {
    List<String> attacks = new ArrayList<>();
    for (String template : TEMPLATES) {
      for (int b = 0; b < 256; b++) {
        String header = template.replace("%c", String.valueOf((char) b));
        String body = "0\r\n\r\n" + SMUGGLED;
        attacks.add(
            HEAD + "Content-Length: " + body.length() + "\r\n" + header + "\r\n\r\n" + body);
        attacks.add(HEAD + header + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
      }
    }
    for (String coding :
        new String[] {
          "chunked, identity",
          "identity, chunked",
          "chunked, chunked",
          ",chunked",
          "chunked,",
          "chunked;q=1",
          "\"chunked\"",
          "gzip",
          "gzip, chunked",
          "x",
          "",
          "chunked\r\n gzip",
          "\r\n chunked",
          "chunked\r\nTransfer-Encoding: identity",
          "identity\r\nTransfer-Encoding: chunked"
        }) {
      attacks.add(HEAD + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n" + SMUGGLED);
    }
    for (String length :
        new String[] {
          "+5",
          "-5",
          "-0",
          "0x5",
          "5_0",
          "5,5",
          "5, 5",
          "5 5",
          "5;x",
          "",
          "٥",
          "5\t6",
          "1e1",
          "18446744073709551621",
          "9223372036854775813",
          "4294967301",
          "5\r\nContent-Length: 6",
          "5\r\ncontent-length: 5",
          "5\r\n 5"
        }) {
      attacks.add(HEAD + "Content-Length: " + length + "\r\n\r\nhello" + SMUGGLED);
    }
    for (String chunks :
        new String[] {
          "5\nhello\r\n0\r\n\r\n",
          "5\r\nhello\n0\r\n\r\n",
          "5\r\nhello0\r\n\r\n",
          "0x5\r\nhello\r\n0\r\n\r\n",
          "+5\r\nhello\r\n0\r\n\r\n",
          "-5\r\nhello\r\n0\r\n\r\n",
          " 5\r\nhello\r\n0\r\n\r\n",
          "5 \r\nhello\r\n0\r\n\r\n",
          "5_\r\nhello\r\n0\r\n\r\n",
          "\r\nhello\r\n0\r\n\r\n",
          "100000005\r\nhello\r\n0\r\n\r\n",
          "10000000000000005\r\nhello\r\n0\r\n\r\n",
          "5;a\n\r\nhello\r\n0\r\n\r\n",
          "5;a\rb\r\nhello\r\n0\r\n\r\n",
          "5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n",
          "5\r\nhello\r\n0\n\n",
          "5\r\nhello\r\n0\r\n\n",
          "5\r\nhello\r\n0\r\nX: y\n\r\n",
          "5\r\nhello\r\n00\r\n\r\n",
          "5\r\nhello\r\n0\r\n Content-Length: 5\r\n\r\n",
          "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n",
          "5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
          "5\r\nhello\r\n0;\r\n\r\n",
          "٥\r\nhello\r\n0\r\n\r\n",
          "5\0\r\nhello\r\n0\r\n\r\n"
        }) {
      attacks.add(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks + SMUGGLED);
    }
    for (String start :
        new String[] {
          "\n", "\r\n\r\n", "\r", " ", "\t", "\0", "X", "X\r\n", "\r\n\r\n\r\n", "\u000b\r\n"
        }) {
      attacks.add(start + HEAD + "Content-Length: 5\r\n\r\nhello");
    }
    for (String line :
        new String[] {
          "POST\thttp://127.0.0.2:7000/ HTTP/1.1", "POST  http://127.0.0.2:7000/ HTTP/1.1",
          "POST http://127.0.0.2:7000/ HTTP/1.1 ", "POST http://127.0.0.2:7000/\tHTTP/1.1",
          "POST http://127.0.0.2:7000/ http/1.1", "POST http://127.0.0.2:7000/ HTTP/1.10",
          "POST http://127.0.0.2:7000/ HTTP/01.1", "POST http://127.0.0.2:7000/ HTTP/2.0",
          "POST http://127.0.0.2:7000/ HTTP/1.1\u000b", "POST http://127.0.0.2:7000/",
          "P(OST http://127.0.0.2:7000/ HTTP/1.1", "POST http://127.0.0.2:7000/ x HTTP/1.1",
          "POST http://a@127.0.0.2:7000/ HTTP/1.1", "POST http://127.0.0.2:7000\\@evil/ HTTP/1.1",
          "POST http://127.0.0.2:7000:80/ HTTP/1.1", "POST http://127.0.0.2:7000%20/ HTTP/1.1",
          "POST http://127.0.0.2:07000/\u007f HTTP/1.1", "POST http:/127.0.0.2:7000/ HTTP/1.1",
          "POST http://127.0.0.2:7000/#x HTTP/1.1", "POST http://127.0.0.2:99999/ HTTP/1.1"
        }) {
      attacks.add(line + "\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    }
    for (String header :
        new String[] {
          ": x",
          "X",
          "X Y: z",
          "X\0: y",
          "X: \0",
          "X: \r",
          "Host: z",
          "Connection: Content-Length",
          "Connection: Host",
          "Connection: close, Transfer-Encoding",
          "X-A: b\r\n\tc",
          "\u0100: x"
        }) {
      attacks.add(HEAD + header + "\r\nContent-Length: 5\r\n\r\nhello");
    }
    attacks.add(
        "POST http://" + ORIGIN + "/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    attacks.add(LINE + "Content-Length: 5\r\n\r\nhello");
    attacks.add("GET http://" + ORIGIN + "/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    return attacks;
  }

  @Test
  void theOriginGetsNothingOrOneRequest(NetworkNamespace ns) throws Exception {
    List<String> attacks =
        attacks().stream().map(attack -> attack.replace(ORIGIN, "127.0.0.2:7000")).toList();
    int refused = 0;
    int passed = 0;
    try (ExplicitHarness door =
            new ExplicitHarness(
                ns,
                ExplicitHarness.settings(
                    AccessPolicy.OPEN, new OriginSettings(Duration.ofSeconds(15), 0, 1)));
        Recorder origin = new Recorder(ns)) {
      for (String attack : attacks) {
        String answer;
        try (Socket client = door.connect()) {
          client.getOutputStream().write(attack.getBytes(ISO_8859_1));
          client.shutdownOutput();
          answer = ExplicitHarness.hearAll(client);
        }
        origin.awaitAll();
        List<String> seen =
            Stream.generate(origin.received::poll)
                .takeWhile(one -> one != null)
                .map(bytes -> new String(bytes, ISO_8859_1))
                .filter(text -> !text.isEmpty())
                .toList();
        assertThat(seen).as(attack).hasSizeLessThanOrEqualTo(1);
        if (seen.isEmpty()) {
          refused++;
          assertThat(answer).as(attack).matches("(?s)(HTTP/1\\.1 (400|403|431|501|505) .*)?");
        } else {
          Integer end = end(seen.getFirst());
          assertThat(seen.getFirst()).as(attack).doesNotContain("/smuggled HTTP/1.1\r\nhost: 127");
          if (end != null) {
            passed++;
            assertThat(end).as(attack).isEqualTo(seen.getFirst().length());
          }
        }
      }
    }
    // Both must happen, or nothing was tried out.
    assertThat(refused).isGreaterThan(attacks.size() / 2);
    assertThat(passed).isGreaterThan(10);
  }
}
