package io.finward.appliance.accesslog;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A web server in a namespace: one answer a connection, by the path. */
final class OriginServer implements AutoCloseable {
  private final ServerSocket listening;

  private OriginServer(ServerSocket listening) {
    this.listening = listening;
  }

  static OriginServer open(NetworkNamespace ns) throws Exception {
    ServerSocket socket = ns.call(() -> new ServerSocket(0, 16, InetAddress.getLoopbackAddress()));
    OriginServer origin = new OriginServer(socket);
    Thread.ofPlatform().daemon().name("origin").start(origin::serve);
    return origin;
  }

  /** Whether somebody listens on a port of loopback. */
  static boolean listens(NetworkNamespace ns, int port) throws Exception {
    try (Socket _ = ns.call(() -> new Socket(InetAddress.getLoopbackAddress(), port))) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  int port() {
    return listening.getLocalPort();
  }

  private void serve() {
    try {
      while (true) {
        try (Socket one = listening.accept()) {
          String head = head(one.getInputStream());
          one.getOutputStream().write(answer(head).getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException _) {
      // Closed: the test is over.
    }
  }

  private static String answer(String head) {
    String path = head.split(" ", -1)[1];
    if (path.equals("/not-modified")) {
      return "HTTP/1.1 304 Not Modified\r\nServer: origin\r\nConnection: close\r\n\r\n";
    }
    String body = head.startsWith("HEAD") ? "" : "0123456789";
    return "HTTP/1.1 %s\r\nServer: origin\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 10\r\nConnection: close\r\n\r\n%s"
        .formatted(path.equals("/missing") ? "404 Not Found" : "200 OK", body);
  }

  /** A head, and the body that its Content-Length tells of. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("a request without an end: " + head);
      }
      head.append((char) c);
    }
    if (head.indexOf("Content-Length: 5") >= 0) {
      in.readNBytes(5);
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
