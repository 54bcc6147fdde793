package io.finward.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.finward.appliance.lab.AddressFamily;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Sessions that have had an answer and are silent since, until this is closed. */
final class SilentSessions implements AutoCloseable {
  private static final int ANSWER = 4096;

  private final List<SocketChannel> channels = new ArrayList<>();

  /**
   * Opens them.
   *
   * @param halfClosed whether the server has ended its direction, as a server does that was asked
   *     to close; the client has not and does not
   */
  static SilentSessions open(Stand stand, int count, boolean halfClosed) throws IOException {
    SilentSessions sessions = new SilentSessions();
    try {
      sessions.add(stand, count, halfClosed);
      return sessions;
    } catch (IOException e) {
      sessions.close();
      throw e;
    }
  }

  /** Opens some more. */
  void add(Stand stand, int count, boolean halfClosed) throws IOException {
    for (int i = 0; i < count; i++) {
      add(stand, halfClosed);
    }
  }

  private void add(Stand stand, boolean halfClosed) throws IOException {
    AddressFamily family = stand.setup().family();
    var to = new InetSocketAddress(InetAddress.ofLiteral(family.server()), 80);
    SocketChannel channel = stand.client().call(() -> SocketChannel.open(family.protocol()));
    channels.add(channel);
    channel.connect(to);
    String request =
        "GET /small HTTP/1.1\r\nHost: %s\r\n%s\r\n"
            .formatted(
                family.hostPort(family.server(), 80), halfClosed ? "Connection: close\r\n" : "");
    channel.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
    ByteBuffer answer = ByteBuffer.allocate(ANSWER);
    while (channel.read(answer) >= 0) {
      if (!halfClosed && endsBody(answer)) {
        return;
      }
    }
    if (!halfClosed) {
      throw new EOFException("the connection ended before the answer");
    }
  }

  /** The small object is the only line feed after the head. */
  private static boolean endsBody(ByteBuffer answer) {
    String text = US_ASCII.decode(answer.duplicate().flip()).toString();
    int body = text.indexOf("\r\n\r\n");
    return body >= 0 && text.indexOf('\n', body + 4) >= 0;
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }
}
