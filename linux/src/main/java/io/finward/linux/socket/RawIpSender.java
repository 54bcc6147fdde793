package io.finward.linux.socket;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.finward.linux.libc.KernelException;
import io.finward.linux.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Sends whole IP packets, header included, as this host's own output (raw(7), IPPROTO_RAW): they
 * pass the output hook and conntrack like those of the stack. Needs CAP_NET_RAW. Used on one
 * thread.
 */
public final class RawIpSender implements AutoCloseable {
  private static final int SOCK_RAW_NONBLOCK_CLOEXEC = 3 | 0x800 | 0x80000;
  private static final int IPPROTO_RAW = 255;
  private static final int MAX_PACKET = 1280;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment packet = arena.allocate(MAX_PACKET);
  private final MemorySegment address = arena.allocate(SocketAddresses.MAX_LENGTH, 8);
  private final int ipv4;
  private final int ipv6;

  private RawIpSender(int ipv4, int ipv6) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /**
   * Opens one socket for each family, in the calling thread's network namespace.
   *
   * @param mark SO_MARK of the packets; 0 for none
   * @throws KernelException EPERM without CAP_NET_RAW
   */
  public static RawIpSender open(int mark) throws KernelException {
    int ipv4 = socket(SocketAddresses.AF_INET);
    try {
      RawIpSender sender = new RawIpSender(ipv4, socket(SocketAddresses.AF_INET6));
      sender.mark(mark);
      return sender;
    } catch (KernelException e) {
      Libc.close(ipv4);
      throw e;
    }
  }

  /**
   * Sends a packet.
   *
   * @param bytes from the IP header on, at most 1,280
   * @return the bytes sent, or {@code -errno}
   */
  public int send(byte[] bytes, InetAddress destination) {
    boolean v4 = destination.getAddress().length == 4;
    MemorySegment.copy(bytes, 0, packet, JAVA_BYTE, 0, bytes.length);
    int length =
        SocketAddresses.encode(
            new InetSocketAddress(destination, 0),
            v4 ? SocketAddresses.AF_INET : SocketAddresses.AF_INET6,
            address);
    return (int) Libc.sendto(v4 ? ipv4 : ipv6, packet, bytes.length, 0, address, length);
  }

  @Override
  public void close() {
    Libc.close(ipv4);
    Libc.close(ipv6);
    arena.close();
  }

  private void mark(int mark) throws KernelException {
    packet.set(JAVA_INT, 0, mark);
    for (int fd : new int[] {ipv4, ipv6}) {
      int answer = Libc.setsockopt(fd, SocketOptions.SOL_SOCKET, SocketOptions.SO_MARK, packet, 4);
      if (answer < 0) {
        close();
        throw new KernelException("SO_MARK (needs CAP_NET_ADMIN or CAP_NET_RAW)", answer);
      }
    }
  }

  private static int socket(int family) throws KernelException {
    return KernelException.check(
        Libc.socket(family, SOCK_RAW_NONBLOCK_CLOEXEC, IPPROTO_RAW),
        "raw socket (needs CAP_NET_RAW)");
  }
}
