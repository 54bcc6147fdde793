package io.finward.linux.socket;

import io.finward.linux.libc.Libc;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Asks the kernel whether an address is this host's own, by binding a datagram socket to it: that
 * is what decides a packet's delivery too, and it needs no copy of the address table. Used on one
 * loop.
 */
public final class LocalAddressProbe {
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;

  private final LoopMemory memory;

  /** Uses the memory of the loop it is called on. */
  public LocalAddressProbe(LoopMemory memory) {
    this.memory = memory;
  }

  /** Whether the address is local. {@code net.ipv4.ip_nonlocal_bind} makes every answer yes. */
  public boolean isLocal(InetAddress address) {
    int family =
        address.getAddress().length == 4 ? SocketAddresses.AF_INET : SocketAddresses.AF_INET6;
    int fd = Libc.socket(family, SOCK_DGRAM_CLOEXEC, 0);
    if (fd < 0) {
      return false;
    }
    int length =
        SocketAddresses.encode(new InetSocketAddress(address, 0), family, memory.address());
    int answer = Libc.bind(fd, memory.address(), length);
    Libc.close(fd);
    return answer >= 0;
  }
}
