package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A plain, blocking TCP socket of a client or a server; nothing it does takes more than 30 s. */
final class LabSocket implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final SocketChannel channel;

  LabSocket(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.socket().setSoTimeout((int) LIMIT.toMillis());
  }

  /** Opens a socket in the namespace and connects it from any of its ports. */
  static LabSocket connect(NetworkNamespace from, AddressFamily family, InetSocketAddress to)
      throws IOException {
    return connect(from, family, 0, to);
  }

  /** Opens a socket in the namespace and connects it from a port, which others may use as well. */
  static LabSocket connect(
      NetworkNamespace from, AddressFamily family, int localPort, InetSocketAddress to)
      throws IOException {
    // A socket stays in the namespace of the thread that made it; any thread may use it.
    SocketChannel channel = from.call(() -> SocketChannel.open(family.protocol()));
    try {
      if (localPort != 0) {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(new InetSocketAddress(localPort));
      }
      channel.socket().connect(to, (int) LIMIT.toMillis());
      return new LabSocket(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  InetSocketAddress local() {
    return (InetSocketAddress) channel.socket().getLocalSocketAddress();
  }

  InetSocketAddress remote() {
    return (InetSocketAddress) channel.socket().getRemoteSocketAddress();
  }

  int localPort() {
    return channel.socket().getLocalPort();
  }

  InputStream input() throws IOException {
    return channel.socket().getInputStream();
  }

  OutputStream output() throws IOException {
    return channel.socket().getOutputStream();
  }

  void send(byte[] bytes) throws IOException {
    output().write(bytes);
  }

  byte[] receive(int length) throws IOException {
    byte[] bytes = input().readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("end after %d bytes (expected: %d)".formatted(bytes.length, length));
    }
    return bytes;
  }

  byte[] receiveToEnd() throws IOException {
    return input().readAllBytes();
  }

  /** How long a read waits. */
  void readTimeout(Duration time) throws IOException {
    channel.socket().setSoTimeout((int) time.toMillis());
  }

  /** Sends a FIN and goes on reading. */
  void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  /** Closes with an RST. */
  void reset() throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.close();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
