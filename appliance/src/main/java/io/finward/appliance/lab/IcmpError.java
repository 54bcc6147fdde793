package io.finward.appliance.lab;

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
import java.util.Collection;

/**
 * "Too big, fragmentation needed" (RFC 792, RFC 4443) from the client about packets of the server's
 * that it names by their ports: what a router on the client's side with a small MTU would send.
 */
final class IcmpError {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int IPPROTO_ICMP = 1;
  private static final int IPPROTO_ICMPV6 = 58;
  private static final int MTU = 1400;
  private static final byte TCP = 6;

  private final AddressFamily family;
  private final byte[] client;
  private final byte[] server;

  IcmpError(AddressFamily family) {
    this.family = family;
    this.client = InetAddress.ofLiteral(family.client()).getAddress();
    this.server = InetAddress.ofLiteral(family.server()).getAddress();
  }

  /** Sends one about the server's packets to each of the client's ports. */
  void send(NetworkNamespace from, int serverPort, Collection<Integer> clientPorts)
      throws IOException {
    from.call(() -> {
      boolean v4 = family == AddressFamily.IPV4;
      int fd =
          Libc.socket(
              v4 ? AF_INET : AF_INET6, SOCK_RAW_CLOEXEC, v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
      KernelException.check(fd, "raw socket");
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment to = copy(arena, sockaddr());
        KernelException.check(Libc.connect(fd, to, (int) to.byteSize()), "connect");
        for (int port : clientPorts) {
          MemorySegment message = copy(arena, message(serverPort, port));
          KernelException.check((int) Libc.send(fd, message, message.byteSize(), 0), "send");
        }
      } finally {
        Libc.close(fd);
      }
      return fd;
    });
  }

  private static MemorySegment copy(Arena arena, byte[] bytes) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
  }

  /** {@code struct sockaddr_in} or {@code sockaddr_in6}, port 0. */
  private byte[] sockaddr() {
    boolean v4 = family == AddressFamily.IPV4;
    ByteBuffer address = ByteBuffer.allocate(v4 ? 16 : 28).order(ByteOrder.nativeOrder());
    address.putShort((short) (v4 ? AF_INET : AF_INET6));
    address.position(v4 ? 4 : 8).put(server);
    return address.array();
  }

  private byte[] message(int serverPort, int clientPort) {
    return family == AddressFamily.IPV4
        ? fragmentationNeeded(serverPort, clientPort)
        : packetTooBig(serverPort, clientPort);
  }

  private byte[] fragmentationNeeded(int serverPort, int clientPort) {
    ByteBuffer icmp = ByteBuffer.allocate(8 + 20 + 8);
    icmp.put((byte) 3).put((byte) 4).putShort(6, (short) MTU);
    icmp.position(8);
    icmp.put((byte) 0x45).put((byte) 0).putShort((short) 1500).putInt(0x4000).put((byte) 64);
    icmp.put(TCP).putShort((short) 0).put(server).put(client);
    icmp.putShort((short) serverPort).putShort((short) clientPort).putInt(1);
    icmp.putShort(8 + 10, checksum(icmp, 8, 20));
    icmp.putShort(2, checksum(icmp, 0, icmp.capacity()));
    return icmp.array();
  }

  /** Its checksum is the kernel's to make (RFC 3542, section 3.1). */
  private byte[] packetTooBig(int serverPort, int clientPort) {
    ByteBuffer icmp = ByteBuffer.allocate(8 + 40 + 8);
    icmp.put((byte) 2).putInt(4, MTU);
    icmp.position(8);
    icmp.putInt(0x60000000).putShort((short) 1460).put(TCP).put((byte) 64);
    icmp.put(server).put(client);
    icmp.putShort((short) serverPort).putShort((short) clientPort).putInt(1);
    return icmp.array();
  }

  /** RFC 1071. */
  private static short checksum(ByteBuffer bytes, int from, int length) {
    int sum = 0;
    for (int i = from; i < from + length; i += 2) {
      sum += Short.toUnsignedInt(bytes.getShort(i));
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~(sum + (sum >>> 16));
  }
}
