package io.finward.appliance.explicit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An origin that answers each request with the request's own head, after the peer's address, and
 * some headers to edit. Ask it for {@code /silent}, and it never answers. Whoever says no request
 * is heard to the end and then told what they said.
 */
final class MirrorOrigin implements AutoCloseable {
  private static final String HEADERS =
      """
      HTTP/1.1 200 OK
      Via: 1.1 mirror
      X-Mirror: one
      Location: http://there.test/http://
      Connection: close
      """;

  private final ServerSocket listener;
  private final Queue<Socket> accepted = new ConcurrentLinkedQueue<>();

  private MirrorOrigin(ServerSocket listener) {
    this.listener = listener;
  }

  static MirrorOrigin open(NetworkNamespace where, String address, int port) throws IOException {
    MirrorOrigin origin =
        new MirrorOrigin(
            where.call(() -> new ServerSocket(port, 64, InetAddress.ofLiteral(address))));
    Thread.ofVirtual().start(origin::run);
    return origin;
  }

  private void run() {
    try {
      while (true) {
        Socket peer = listener.accept();
        accepted.add(peer);
        Thread.ofVirtual().start(() -> serve(peer));
      }
    } catch (IOException _) {
      // It is closed.
    }
  }

  private static void serve(Socket peer) {
    try (peer) {
      StringBuilder said = new StringBuilder();
      int next = peer.getInputStream().read();
      while (next >= 0) {
        said.append((char) next);
        if (isRequest(said) && said.indexOf(" /silent ") < 0) {
          break;
        }
        next = peer.getInputStream().read();
      }
      peer.getOutputStream().write(answer(peer, said.toString()).getBytes(ISO_8859_1));
    } catch (IOException _) {
      // The proxy has had enough.
    }
  }

  private static boolean isRequest(StringBuilder said) {
    return said.length() > 4 && said.indexOf(" HTTP/1.") > 0 && said.indexOf("\r\n\r\n") > 0;
  }

  private static String answer(Socket peer, String said) {
    if (!said.contains(" HTTP/1.")) {
      return "heard " + said;
    }
    String body = "peer=" + peer.getInetAddress().getHostAddress() + "\n" + said;
    return HEADERS.replace("\n", "\r\n") + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket peer : accepted) {
      peer.close();
    }
  }
}
