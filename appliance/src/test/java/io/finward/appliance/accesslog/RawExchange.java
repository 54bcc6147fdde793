package io.finward.appliance.accesslog;

import io.finward.linux.netns.NetworkNamespace;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request on a connection of its own, byte by byte, and the answer to it.
 *
 * @param headers each with CR and LF
 * @param answer all that came, each character a byte; empty before it was sent
 */
record RawExchange(String requestLine, String headers, String body, String answer) {
  static RawExchange of(String requestLine, String headers) {
    return new RawExchange(requestLine, headers, "", "");
  }

  RawExchange body(String other) {
    return new RawExchange(requestLine, headers, other, answer);
  }

  /** Sends it, and reads to the end. */
  RawExchange over(NetworkNamespace ns, int port) throws Exception {
    try (Socket socket = ns.call(() -> new Socket(InetAddress.getLoopbackAddress(), port))) {
      socket.getOutputStream().write(bytes());
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      return new RawExchange(requestLine, headers, body, all);
    }
  }

  /** What was sent. */
  byte[] bytes() {
    return (requestLine + "\r\n" + headers + "\r\n" + body).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What a session event would tell of it. */
  FakeExchange asTheDoorTellsIt(long startedMillis) {
    int status = Integer.parseInt(answer.substring(9, 12));
    int content = answer.length() - answer.indexOf("\r\n\r\n") - 4;
    return new FakeExchange(
        requestLine,
        parsed(headers),
        parsed(answer.substring(answer.indexOf("\r\n") + 2, answer.indexOf("\r\n\r\n") + 2)),
        status,
        headers.contains("Proxy-Authorization") ? "al\"ice" : null,
        new FakeExchange.Bytes(bytes().length, answer.length(), content),
        new FakeExchange.Start(startedMillis, FakeView.ACCEPTED_NANOS),
        true,
        false);
  }

  private static Map<String, String> parsed(String lines) {
    Map<String, String> headers = new TreeMap<>();
    for (String line : lines.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return headers;
  }
}
