package io.finward.linux.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.libc.Libc;
import io.finward.linux.libc.NativeMemory;
import io.finward.linux.socket.SocketFilter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** A netlink socket's system calls and the memory they need. Used by one thread at a time. */
final class NetlinkDescriptor implements AutoCloseable {
  /** What one receive gave. */
  sealed interface Received {
    /** A datagram's messages; {@code group} is 0 when it came to us alone. */
    record Datagram(int group, List<NetlinkMessage> messages) implements Received {}

    /** Nothing is there. */
    record Nothing() implements Received {}

    /** Messages were dropped, or cannot be read. */
    record Overrun() implements Received {}

    /** The descriptor is of no use any more. */
    record Failed(int errno) implements Received {}
  }

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVBUF = 8;
  private static final int SO_SNDBUFFORCE = 32;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_ADD_MEMBERSHIP = 1;
  private static final int NETLINK_BROADCAST_ERROR = 4;
  private static final int NETLINK_NO_ENOBUFS = 5;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int NETLINK_EXT_ACK = 11;
  private static final int MSG_TRUNC = 0x20;
  private static final int SOCKADDR_NL = 12;

  /** The kernel's dumps use up to 32 KiB a datagram; NFLOG's batches up to 128 KiB. */
  private static final int RECEIVE = 128 * 1024;

  private static final Received NOTHING = new Received.Nothing();
  private static final Received FOREIGN = new Received.Datagram(0, List.of());
  private static final Received OVERRUN = new Received.Overrun();

  private final Arena arena = Arena.ofShared();
  private final MemorySegment scratch = arena.allocate(32, 8);
  private final MemorySegment in = NativeMemory.allocate(RECEIVE);
  private final int fd;
  private final int portId;
  private MemorySegment out = NativeMemory.allocate(8192);

  private NetlinkDescriptor(int fd, NetlinkSettings settings) throws KernelException {
    this.fd = fd;
    buffers(settings.receiveBuffer());
    set(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    set(SOL_NETLINK, NETLINK_CAP_ACK, 1);
    switch (settings.overrun()) {
      case REPORT -> {}
      case REPORT_AND_RETRY ->
          KernelException.check(
              set(SOL_NETLINK, NETLINK_BROADCAST_ERROR, 1), "setsockopt NETLINK_BROADCAST_ERROR");
      case IGNORE ->
          KernelException.check(
              set(SOL_NETLINK, NETLINK_NO_ENOBUFS, 1), "setsockopt NETLINK_NO_ENOBUFS");
    }
    scratch.fill((byte) 0).set(JAVA_SHORT, 0, (short) AF_NETLINK);
    KernelException.check(Libc.bind(fd, scratch, SOCKADDR_NL), "bind netlink");
    MemorySegment length = scratch.asSlice(16, 4);
    length.set(JAVA_INT, 0, SOCKADDR_NL);
    KernelException.check(Libc.getsockname(fd, scratch, length), "getsockname netlink");
    portId = scratch.get(JAVA_INT, 4);
    SocketFilter filter = settings.filter();
    if (filter != null) {
      filter.attach(fd);
    }
    for (int group : settings.groups()) {
      KernelException.check(
          set(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group),
          "setsockopt NETLINK_ADD_MEMBERSHIP " + group);
    }
  }

  /** Opens and binds a socket in the calling thread's network namespace. */
  static NetlinkDescriptor open(NetlinkSettings settings) throws KernelException {
    int fd =
        KernelException.check(
            Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, settings.protocol()),
            "socket AF_NETLINK protocol " + settings.protocol());
    try {
      return new NetlinkDescriptor(fd, settings);
    } catch (KernelException e) {
      Libc.close(fd);
      throw e;
    }
  }

  int fd() {
    return fd;
  }

  int portId() {
    return portId;
  }

  /** The receive buffer the kernel granted, in bytes as it counts them. */
  int receiveBuffer() {
    MemorySegment length = scratch.asSlice(16, 4);
    length.set(JAVA_INT, 0, Integer.BYTES);
    return Libc.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, scratch, length) < 0
        ? 0
        : scratch.get(JAVA_INT, 0);
  }

  /**
   * Sends the requests as one datagram, with consecutive sequence numbers.
   *
   * @param flags added to each request's
   * @return 0, or a negated errno
   */
  int send(List<NetlinkRequest> requests, int flags, int firstSequence) {
    int size = 0;
    for (NetlinkRequest request : requests) {
      size += request.size();
    }
    if (size > out.byteSize()) {
      out = NativeMemory.allocate(2 * size);
    }
    out.asSlice(0, size).fill((byte) 0);
    long at = 0;
    int sequence = firstSequence;
    for (NetlinkRequest request : requests) {
      request.write(out, at, flags, sequence++, portId);
      at += request.size();
    }
    long sent = Libc.send(fd, out, size, 0);
    return sent < 0 ? (int) sent : 0;
  }

  /** Takes the next datagram, if there is one. */
  Received receive() {
    MemorySegment length = scratch.asSlice(16, 4);
    length.set(JAVA_INT, 0, SOCKADDR_NL);
    long received = Libc.recvfrom(fd, in, RECEIVE, MSG_TRUNC, scratch, length);
    if (received > RECEIVE) {
      return OVERRUN;
    }
    if (received >= 0) {
      return datagram(received);
    }
    return switch ((int) -received) {
      case Errno.EAGAIN, Errno.EINTR -> NOTHING;
      case Errno.ENOBUFS -> OVERRUN;
      default -> new Received.Failed((int) -received);
    };
  }

  private Received datagram(long length) {
    if (scratch.get(JAVA_INT, 4) != 0) {
      // Another process may send to our port; only the kernel is believed.
      return FOREIGN;
    }
    try {
      byte[] bytes = in.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      return new Received.Datagram(scratch.get(JAVA_INT, 8), NetlinkMessage.split(bytes));
    } catch (DecodeException _) {
      return OVERRUN;
    }
  }

  @Override
  public void close() {
    Libc.close(fd);
    arena.close();
  }

  private void buffers(int bytes) {
    // The FORCE variants pass net.core.*mem_max and want CAP_NET_ADMIN; without it we take what we
    // can get, and a resync makes good for what the smaller buffer loses.
    if (set(SOL_SOCKET, SO_RCVBUFFORCE, bytes) < 0) {
      set(SOL_SOCKET, SO_RCVBUF, bytes);
    }
    if (set(SOL_SOCKET, SO_SNDBUFFORCE, bytes) < 0) {
      set(SOL_SOCKET, SO_SNDBUF, bytes);
    }
  }

  private int set(int level, int option, int value) {
    scratch.set(JAVA_INT, 0, value);
    return Libc.setsockopt(fd, level, option, scratch, Integer.BYTES);
  }
}
