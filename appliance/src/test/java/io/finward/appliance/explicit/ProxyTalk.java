package io.finward.appliance.explicit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Requests to proxies on the gateway, written and read byte by byte as a client does it. */
final class ProxyTalk {
  private static final String GATEWAY = "192.0.2.1";
  private static final int PATIENCE_MS = 20_000;

  private final NetworkNamespace client;

  ProxyTalk(NetworkNamespace client) {
    this.client = client;
  }

  /** The head of an answer, and what came after it until the connection's end. */
  record Answer(int status, List<String> headers, String body) {
    /** The first of that name. */
    Optional<String> header(String name) {
      return all(name).stream().findFirst();
    }

    /** The values of all of that name, in order. */
    List<String> all(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return headers.stream()
          .filter(it -> it.toLowerCase(Locale.ROOT).startsWith(start))
          .map(it -> it.substring(start.length()).strip())
          .toList();
    }
  }

  /** A connection to a port of the gateway, from the client. */
  Socket connect(int port) throws IOException {
    Socket socket = client.call(() -> new Socket(InetAddress.ofLiteral(GATEWAY), port));
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  /** One request on a connection of its own, and what came of it. */
  Answer ask(int port, String line, String... headers) throws IOException {
    StringBuilder request = new StringBuilder(line).append("\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    if (!line.startsWith("CONNECT")) {
      request.append("Connection: close\r\n");
    }
    try (Socket socket = connect(port)) {
      say(socket, request.append("\r\n").toString());
      if (line.startsWith("CONNECT")) {
        // Whoever opened a tunnel need not wait for the origin to end it.
        socket.shutdownOutput();
      }
      return hear(socket);
    }
  }

  /** Opens a tunnel, and reads to the end of the answer's head. */
  Socket tunnel(int port, String to) throws IOException {
    Socket socket = connect(port);
    say(socket, "CONNECT %s HTTP/1.1\r\nHost: %1$s\r\n\r\n".formatted(to));
    assertThat(hearUntil(socket, "\r\n\r\n")).contains(" 200 ");
    return socket;
  }

  static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  /** Reads to the end of a text that must come. */
  static String hearUntil(Socket socket, String end) throws IOException {
    StringBuilder heard = new StringBuilder();
    while (heard.indexOf(end) < 0) {
      int next = socket.getInputStream().read();
      assertThat(next).as("\"%s\" after \"%s\"", end, heard).isNotNegative();
      heard.append((char) next);
    }
    return heard.toString();
  }

  /** An answer, up to the connection's end. */
  static Answer hear(Socket socket) throws IOException {
    String all = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    int end = all.indexOf("\r\n\r\n");
    assertThat(end).as("an answer's head in \"%s\"", all).isPositive();
    List<String> lines = all.substring(0, end).lines().toList();
    int status = Integer.parseInt(lines.getFirst().split(" ", 3)[1]);
    return new Answer(status, lines.subList(1, lines.size()), all.substring(end + 4));
  }

  static String login(String user, String password) {
    String pair = user + ":" + password;
    return "Proxy-Authorization: Basic "
        + Base64.getEncoder().encodeToString(pair.getBytes(ISO_8859_1));
  }
}
