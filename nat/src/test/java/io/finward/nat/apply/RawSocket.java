package io.finward.nat.apply;

import io.finward.linux.libc.KernelException;
import io.finward.linux.libc.Libc;
import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Blocking sockets of kinds Java has none of: transparent TCP on IPv6 and IPv4, and raw ICMP. */
final class RawSocket implements AutoCloseable {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_RAW = 3;
  private static final int SOL_SOCKET = 1;
  private static final int SO_REUSEADDR = 2;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_MARK = 36;
  private static final int SOL_IPV6 = 41;
  private static final int IPV6_TRANSPARENT = 75;
  private static final int SOL_IP = 0;
  private static final int IP_TRANSPARENT = 19;

  private final int fd;

  private RawSocket(int fd) {
    this.fd = fd;
  }

  /** A transparent TCP socket bound to an address, local or not. */
  static RawSocket transparent(NetworkNamespace where, String address, int port)
      throws IOException {
    return where.call(() -> {
      RawSocket socket =
          new RawSocket(KernelException.check(Libc.socket(AF_INET6, SOCK_STREAM, 0), "socket"));
      socket.option(SOL_SOCKET, SO_REUSEADDR, 1);
      socket.option(SOL_IPV6, IPV6_TRANSPARENT, 1);
      socket.option(SOL_IP, IP_TRANSPARENT, 1);
      socket.patience();
      try (Arena arena = Arena.ofConfined()) {
        KernelException.check(Libc.bind(socket.fd, address(arena, address, port), 28), "bind");
      }
      return socket;
    });
  }

  /** Sends one ICMP message. */
  static void icmp(NetworkNamespace where, String to, byte[] message) throws IOException {
    where.call(() -> {
      boolean six = to.contains(":");
      int protocol = six ? 58 : 1;
      int fd =
          KernelException.check(
              Libc.socket(six ? AF_INET6 : AF_INET, SOCK_RAW, protocol), "socket");
      try (RawSocket socket = new RawSocket(fd);
          Arena arena = Arena.ofConfined()) {
        MemorySegment destination = address(arena, to, 0);
        if (!six) {
          byte[] four = InetAddress.ofLiteral(to).getAddress();
          destination.fill((byte) 0);
          destination.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
          MemorySegment.copy(four, 0, destination, ValueLayout.JAVA_BYTE, 4, 4);
        }
        KernelException.check(Libc.connect(socket.fd, destination, six ? 28 : 16), "connect");
        MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
        KernelException.check((int) Libc.send(socket.fd, bytes, message.length, 0), "send");
      }
      return null;
    });
  }

  RawSocket listen() throws IOException {
    KernelException.check(Libc.listen(fd, 16), "listen");
    return this;
  }

  RawSocket accept() throws IOException {
    RawSocket accepted =
        new RawSocket(
            KernelException.check(
                Libc.accept4(fd, MemorySegment.NULL, MemorySegment.NULL, 0), "accept"));
    accepted.patience();
    return accepted;
  }

  void mark(int mark) throws IOException {
    option(SOL_SOCKET, SO_MARK, mark);
  }

  void connect(String to, int port) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      KernelException.check(Libc.connect(fd, address(arena, to, port), 28), "connect");
    }
  }

  /** The next byte, or -1 at the end. */
  int read() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocate(1);
      int count = KernelException.check((int) Libc.recv(fd, one, 1, 0), "recv");
      return count == 0 ? -1 : one.get(ValueLayout.JAVA_BYTE, 0);
    }
  }

  void write(int value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) value);
      KernelException.check((int) Libc.send(fd, one, 1, 0x4000), "send");
    }
  }

  void shutdownOutput() throws IOException {
    KernelException.check(Libc.shutdown(fd, 1), "shutdown");
  }

  @Override
  public void close() {
    Libc.close(fd);
  }

  private void option(int level, int name, int value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      KernelException.check(
          Libc.setsockopt(fd, level, name, arena.allocateFrom(ValueLayout.JAVA_INT, value), 4),
          "setsockopt " + name);
    }
  }

  private void patience() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment seconds = arena.allocateFrom(ValueLayout.JAVA_LONG, 5, 0);
      KernelException.check(
          Libc.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, seconds, 16), "setsockopt SO_RCVTIMEO");
    }
  }

  /** struct sockaddr_in6; IPv4 as mapped. */
  private static MemorySegment address(Arena arena, String literal, int port) {
    byte[] bytes = InetAddress.ofLiteral(literal).getAddress();
    ByteBuffer sockaddr = ByteBuffer.allocate(28).order(ByteOrder.nativeOrder());
    sockaddr.putShort((short) AF_INET6).put((byte) (port >> 8)).put((byte) port).putInt(0);
    if (bytes.length == 4) {
      sockaddr.putLong(0).putShort((short) 0).putShort((short) -1);
    }
    sockaddr.put(bytes);
    MemorySegment segment = arena.allocate(28, 8);
    MemorySegment.copy(sockaddr.array(), 0, segment, ValueLayout.JAVA_BYTE, 0, 28);
    return segment;
  }
}
