package io.finward.appliance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Asks a running instance through its admin socket: one request, one answer, no Netty to load. */
public final class AdminClient {
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

  private final Path socket;

  /** Connects at the first question. */
  public AdminClient(Path socket) {
    this.socket = socket;
  }

  /**
   * Asks.
   *
   * @throws IOException in words for the operator, also when the answer is an error
   */
  public Answer ask(String method, String path) throws IOException {
    try (SocketChannel channel = connect()) {
      ByteBuffer request =
          UTF_8.encode(
              "%s %s HTTP/1.1\r\nHost: finward\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                  .formatted(method, path));
      while (request.hasRemaining()) {
        channel.write(request);
      }
      return parse(readAll(channel));
    }
  }

  private SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw new IOException(
          Files.exists(socket) && !Files.isWritable(socket)
              ? "%s: permission denied (expected: the user finward runs as, or root)"
                  .formatted(socket)
              : "no instance answers at %s (expected: a running finward with this admin.socket)"
                  .formatted(socket),
          e);
    }
  }

  /** A Unix socket has no read timeout: a selector has. */
  private String readAll(SocketChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer some = ByteBuffer.allocate(64 * 1024);
    channel.configureBlocking(false);
    try (Selector readable = Selector.open()) {
      channel.register(readable, SelectionKey.OP_READ);
      while (true) {
        if (readable.select(LONGEST_SILENCE.toMillis()) == 0) {
          throw new IOException(
              "the instance at %s says nothing for %d s"
                  .formatted(socket, LONGEST_SILENCE.toSeconds()));
        }
        readable.selectedKeys().clear();
        if (channel.read(some) < 0) {
          return all.toString(UTF_8);
        }
        all.write(some.array(), 0, some.position());
        some.clear();
      }
    }
  }

  /**
   * The server closes after its answer and never sends it in chunks: what follows the head is it.
   */
  private Answer parse(String all) throws IOException {
    int head = all.indexOf("\r\n\r\n");
    if (head < 0 || !all.matches("(?s)HTTP/1\\.1 [0-9]{3} .*")) {
      throw new IOException("%s did not answer as an admin socket".formatted(socket));
    }
    return new Answer(Integer.parseInt(all.substring(9, 12)), all.substring(head + 4));
  }

  /**
   * What was answered.
   *
   * @param status of HTTP
   */
  public record Answer(int status, String body) {
    /** Whether the question was answered as it was asked. */
    public boolean ok() {
      return status == 200;
    }
  }
}
