package io.finward.nat.apply;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.libc.Libc;
import io.finward.linux.libc.NativeMemory;
import io.finward.linux.netlink.DecodeException;
import io.finward.linux.netlink.NetlinkMessage;
import io.finward.linux.netlink.NetlinkRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A blocking netlink socket for a thread of its own: the wall's sign of life and its watchers must
 * not depend on any event loop's health. Belongs to the network namespace of the opener; one thread
 * at a time.
 */
final class NetlinkPort implements AutoCloseable {
  static final int NETLINK_ROUTE = 0;
  static final int NETLINK_NETFILTER = 12;

  /** The group of NETLINK_NETFILTER that tells of changed rules. */
  static final int NFNLGRP_NFTABLES = 7;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_ADD_MEMBERSHIP = 1;
  private static final int NETLINK_GET_STRICT_CHK = 12;
  private static final int SOCKADDR_NL = 12;
  private static final int SIZE = 65536;

  /** How often what changes meanwhile is asked for. */
  private static final int DUMPS = 5;

  /** The collector's: to close a shared arena, all threads are asked whether they use it. */
  private final Arena arena = Arena.ofAuto();

  private final MemorySegment memory = NativeMemory.allocate(SIZE);
  private final int fd;
  private final int port;

  private NetlinkPort(int fd) throws KernelException {
    this.fd = fd;
    MemorySegment address = arena.allocate(SOCKADDR_NL, 4);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
    KernelException.check(Libc.bind(fd, address, SOCKADDR_NL), "bind netlink");
    MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, SOCKADDR_NL);
    KernelException.check(Libc.getsockname(fd, address, length), "getsockname netlink");
    this.port = address.get(ValueLayout.JAVA_INT, 4);
    MemorySegment second = arena.allocateFrom(ValueLayout.JAVA_LONG, 1, 0);
    KernelException.check(
        Libc.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, second, 16), "setsockopt SO_RCVTIMEO");
  }

  static NetlinkPort open(int protocol) throws KernelException {
    int fd =
        KernelException.check(
            Libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol), "socket AF_NETLINK");
    try {
      return new NetlinkPort(fd);
    } catch (KernelException e) {
      Libc.close(fd);
      throw e;
    }
  }

  /** Opens one that gets the notifications of some multicast groups. */
  static NetlinkPort listening(int protocol, int... groups) throws KernelException {
    NetlinkPort port = open(protocol);
    try {
      for (int group : groups) {
        port.set(NETLINK_ADD_MEMBERSHIP, group, "join netlink group " + group);
      }
      return port;
    } catch (KernelException e) {
      port.close();
      throw e;
    }
  }

  /** The id by which the kernel names us in notifications of what we did. */
  int port() {
    return port;
  }

  /**
   * Has the kernel heed what a dump is restricted to. Linux 4.20; without it everything is dumped.
   *
   * @throws KernelException ENOPROTOOPT on an older kernel
   */
  void heedFilters() throws KernelException {
    set(NETLINK_GET_STRICT_CHK, 1, "setsockopt NETLINK_GET_STRICT_CHK");
  }

  private void set(int option, int value, String what) throws KernelException {
    MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, value);
    KernelException.check(Libc.setsockopt(fd, SOL_NETLINK, option, number, Integer.BYTES), what);
  }

  /**
   * Sends a batch and waits for the acknowledgement of its last message.
   *
   * @throws KernelException what the kernel refused it with; then nothing of it is done
   */
  void transact(String what, ByteBuffer batch) throws KernelException {
    MemorySegment.copy(MemorySegment.ofBuffer(batch), 0, memory, 0, batch.remaining());
    KernelException.check((int) Libc.send(fd, memory, batch.remaining(), 0), what);
    ByteBuffer answer = receive();
    if (answer == null) {
      throw new KernelException(what, Errno.ETIMEDOUT);
    }
    // A failed batch answers once for each message that failed; the first is the cause.
    int length = answer.getInt(0);
    int type = answer.getShort(4);
    if (type == NetlinkMessage.NLMSG_ERROR && length >= 20 && answer.getInt(16) != 0) {
      int errno = answer.getInt(16);
      drain();
      throw new KernelException(what, errno);
    }
  }

  /**
   * The next datagram, or null when none came in a second. Valid until the next call.
   *
   * @throws KernelException ENOBUFS when notifications were lost
   */
  @Nullable ByteBuffer receive() throws KernelException {
    long length = Libc.recv(fd, memory, SIZE, 0);
    if (length == -Errno.EAGAIN || length == -Errno.EINTR) {
      return null;
    }
    KernelException.check((int) length, "recv netlink");
    return memory.asSlice(0, length).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /**
   * The messages of the next datagram; none when none came in a second.
   *
   * @throws KernelException ENOBUFS when notifications were lost
   * @throws DecodeException when these are no messages
   */
  List<NetlinkMessage> messages() throws KernelException, DecodeException {
    ByteBuffer datagram = receive();
    return datagram == null ? List.of() : messages(datagram);
  }

  private static List<NetlinkMessage> messages(ByteBuffer datagram) throws DecodeException {
    byte[] bytes = new byte[datagram.remaining()];
    datagram.get(bytes);
    return NetlinkMessage.split(bytes);
  }

  /**
   * Asks for everything of a kind, or for one thing with NLM_F_ACK.
   *
   * @return the messages of the answer; of a dump without the one that ends it
   * @throws KernelException what the kernel refused it with; EINTR when what was asked for changed
   *     during each of some attempts
   */
  List<NetlinkMessage> ask(String what, NetlinkRequest request) throws KernelException {
    for (int left = DUMPS; left > 0; left--) {
      List<NetlinkMessage> answer = askOnce(what, request);
      if (answer != null) {
        return answer;
      }
    }
    throw new KernelException(what, Errno.EINTR);
  }

  /**
   * The answer; null when it is not of one moment (NLM_F_DUMP_INTR), so that parts may be missing.
   */
  private @Nullable List<NetlinkMessage> askOnce(String what, NetlinkRequest request)
      throws KernelException {
    memory.asSlice(0, request.size()).fill((byte) 0);
    request.write(memory, 0, 0, 1, 0);
    KernelException.check((int) Libc.send(fd, memory, request.size(), 0), what);
    List<NetlinkMessage> messages = new ArrayList<>();
    boolean interrupted = false;
    while (true) {
      ByteBuffer datagram = receive();
      if (datagram == null) {
        throw new KernelException(what, Errno.ETIMEDOUT);
      }
      try {
        for (NetlinkMessage message : messages(datagram)) {
          interrupted |= (message.flags() & NetlinkMessage.NLM_F_DUMP_INTR) != 0;
          switch (message.type()) {
            case NetlinkMessage.NLMSG_DONE, NetlinkMessage.NLMSG_ERROR -> {
              if (message.result() != 0) {
                throw new KernelException(what, message.result());
              }
              return interrupted ? null : messages;
            }
            default -> messages.add(message);
          }
        }
      } catch (DecodeException e) {
        throw new KernelException(what + ": " + e.getMessage(), Errno.EBADMSG);
      }
    }
  }

  private void drain() {
    final int dontWait = 0x40;
    while (Libc.recv(fd, memory, SIZE, dontWait) > 0) {
      // Answers to the other messages of a batch that failed.
    }
  }

  @Override
  public void close() {
    Libc.close(fd);
  }
}
