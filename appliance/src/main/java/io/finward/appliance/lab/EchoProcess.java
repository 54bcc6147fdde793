package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A server that sends back what it gets, in a process of its own: the server's ends of very many
 * sessions would take the descriptors of the clients'.
 */
public final class EchoProcess {
  private static final Duration START = Duration.ofSeconds(20);
  private static final int BACKLOG = 4096;

  private final Selector selector = Selector.open();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);

  private EchoProcess() throws IOException {}

  /** Starts the process in the server's namespace, until the trial's end. */
  static void start(Trial trial, int port) throws IOException {
    NetworkNamespace server = trial.topology().server();
    trial.startJava(server, EchoProcess.class, Integer.toString(port));
    SocketTable sockets = new SocketTable(server);
    Waiting.require(
        START,
        "the server listening",
        () -> sockets.localPorts(SocketTable.State.LISTEN).contains(port));
  }

  /**
   * The process.
   *
   * @param arguments the port
   */
  public static void main(String[] arguments) throws IOException {
    new EchoProcess().serve(Integer.parseInt(arguments[0]));
  }

  private void serve(int port) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(port), BACKLOG);
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
    while (true) {
      selector.select(key -> {
        try {
          if (key.isAcceptable()) {
            accept(listener);
          } else {
            echo((SocketChannel) key.channel());
          }
        } catch (IOException e) {
          // The other end's reset: the lab sees it there.
          closeQuietly(key);
        }
      });
    }
  }

  private void accept(ServerSocketChannel listener) throws IOException {
    for (SocketChannel next = listener.accept(); next != null; next = listener.accept()) {
      next.configureBlocking(false);
      next.register(selector, SelectionKey.OP_READ);
    }
  }

  /** A round's few bytes always find room in the socket's buffer. */
  private void echo(SocketChannel channel) throws IOException {
    buffer.clear();
    if (channel.read(buffer) < 0) {
      channel.close();
      return;
    }
    buffer.flip();
    channel.write(buffer);
    if (buffer.hasRemaining()) {
      throw new IOException("the client does not read");
    }
  }

  private static void closeQuietly(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(EchoProcess.class).trace("closing", e);
    }
  }
}
