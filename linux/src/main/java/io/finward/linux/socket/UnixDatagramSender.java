package io.finward.linux.socket;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.finward.linux.libc.KernelException;
import io.finward.linux.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Sends datagrams to a Unix socket (unix(7)), which the JDK's channels cannot: what {@code
 * /dev/log} wants. Never waits. Used on one thread.
 */
public final class UnixDatagramSender implements AutoCloseable {
  /** The longest datagram. */
  public static final int MAX_DATAGRAM = 8192;

  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;

  /** {@code sizeof(sun_path)}, with the zero at its end. */
  private static final int MAX_PATH = 108;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment datagram = arena.allocate(MAX_DATAGRAM);
  private final int fd;

  private UnixDatagramSender(int fd) {
    this.fd = fd;
  }

  /**
   * Connects to the socket of that name.
   *
   * @param path of at most 107 bytes
   * @throws KernelException ENOENT or ECONNREFUSED when nobody is there
   */
  public static UnixDatagramSender connect(Path path) throws KernelException {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    if (name.length >= MAX_PATH) {
      throw new IllegalArgumentException(
          "%s (expected: a path of at most %d bytes)".formatted(path, MAX_PATH - 1));
    }
    int fd = KernelException.check(Libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0), "unix socket");
    UnixDatagramSender sender = new UnixDatagramSender(fd);
    try (Arena call = Arena.ofConfined()) {
      MemorySegment address = call.allocate(2 + MAX_PATH, 2);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
      KernelException.check(Libc.connect(fd, address, (int) address.byteSize()), "connect " + path);
      return sender;
    } catch (KernelException e) {
      sender.close();
      throw e;
    }
  }

  /**
   * Sends one datagram.
   *
   * @param length at most {@link #MAX_DATAGRAM}
   * @return the bytes sent, or {@code -errno}: EAGAIN when the receiver does not read
   */
  public int send(byte[] bytes, int length) {
    MemorySegment.copy(bytes, 0, datagram, JAVA_BYTE, 0, length);
    return (int) Libc.send(fd, datagram, length, MSG_DONTWAIT_NOSIGNAL);
  }

  @Override
  public void close() {
    Libc.close(fd);
    arena.close();
  }
}
