package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A real server in a namespace: a thread for each connection. */
final class LabServer implements AutoCloseable {
  private static final int BACKLOG = 4096;

  /** What the server does with a connection; the socket is closed afterwards. */
  interface Conversation {
    void hold(LabSocket socket) throws IOException;
  }

  private final ServerSocketChannel listener;
  private final Conversation conversation;
  private final AtomicInteger accepted = new AtomicInteger();
  private final Queue<IOException> failures = new ConcurrentLinkedQueue<>();

  private LabServer(ServerSocketChannel listener, Conversation conversation) {
    this.listener = listener;
    this.conversation = conversation;
  }

  /** Listens on a port of all the namespace's addresses. */
  static LabServer start(
      NetworkNamespace where, AddressFamily family, int port, Conversation conversation)
      throws IOException {
    ServerSocketChannel listener = where.call(() -> ServerSocketChannel.open(family.protocol()));
    try {
      listener.bind(new InetSocketAddress(port), BACKLOG);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    LabServer server = new LabServer(listener, conversation);
    Thread.ofVirtual().name("lab-server-" + port).start(server::accept);
    return server;
  }

  int accepted() {
    return accepted.get();
  }

  /** What went wrong in conversations so far. */
  Queue<IOException> failures() {
    return failures;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() {
    while (true) {
      try {
        LabSocket socket = new LabSocket(listener.accept());
        accepted.incrementAndGet();
        Thread.ofVirtual().start(() -> converse(socket));
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException e) {
        failures.add(e);
      }
    }
  }

  private void converse(LabSocket socket) {
    try (socket) {
      conversation.hold(socket);
    } catch (IOException e) {
      failures.add(e);
    }
  }
}
