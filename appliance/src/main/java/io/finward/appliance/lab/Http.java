package io.finward.appliance.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The least of HTTP/1.0: what a TCP relay passes on unseen and an HTTP proxy understands, so that
 * one scenario serves them all. The server closes first, as HTTP/1.0 servers do.
 */
final class Http {
  private static final String BODY = "an answer of the lab's server\n";

  private Http() {}

  static byte[] request(AddressFamily family) {
    String host = family.hostPort(family.server(), 80);
    return "GET / HTTP/1.0\r\nHost: %s\r\n\r\n".formatted(host).getBytes(ISO_8859_1);
  }

  static byte[] answer() {
    return ("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"
            + "Connection: close\r\n\r\n%s")
        .formatted(BODY.length(), BODY)
        .getBytes(ISO_8859_1);
  }

  /** Whether these are all the bytes of an answer, whatever a proxy did to its head. */
  static boolean isAnswer(byte[] received) {
    String text = new String(received, ISO_8859_1);
    return text.startsWith("HTTP/1.") && text.contains(" 200 ") && text.endsWith(BODY);
  }

  /** Reads a request's head. */
  static void readRequest(LabSocket socket) throws IOException {
    InputStream input = socket.input();
    int newlines = 0;
    while (newlines < 2) {
      switch (input.read()) {
        case -1 -> throw new EOFException("end within a request");
        case '\n' -> newlines++;
        case '\r' -> {}
        default -> newlines = 0;
      }
    }
  }

  /** The server's side of a session that it ends first. */
  static void answerAndClose(LabSocket socket) throws IOException {
    readRequest(socket);
    socket.send(answer());
  }
}
