package io.finward.linux.libc;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/**
 * The kernel's system calls, by the names and the signatures of libc's wrappers. Each method is one
 * call and returns what the kernel returned: a value of zero or more, or {@code -errno} (see {@link
 * Errno}). None of them allocates or throws; all may be called from any thread.
 *
 * <p>Pointers are native {@link MemorySegment}s that the caller owns. A heap segment is a bug of
 * the caller and throws {@link IllegalArgumentException}.
 */
public final class Libc {
  private static final MethodHandle SOCKET = SystemCall.of("socket", 41);
  private static final MethodHandle BIND = SystemCall.of("bind", 49);
  private static final MethodHandle LISTEN = SystemCall.of("listen", 50);
  private static final MethodHandle ACCEPT4 = SystemCall.of("accept4", 288);
  private static final MethodHandle CONNECT = SystemCall.of("connect", 42);
  private static final MethodHandle SHUTDOWN = SystemCall.of("shutdown", 48);
  private static final MethodHandle CLOSE = SystemCall.of("close", 3);
  private static final MethodHandle GETSOCKOPT = SystemCall.of("getsockopt", 55);
  private static final MethodHandle SETSOCKOPT = SystemCall.of("setsockopt", 54);
  private static final MethodHandle GETSOCKNAME = SystemCall.of("getsockname", 51);
  private static final MethodHandle RECVFROM = SystemCall.of("recvfrom", 45);
  private static final MethodHandle SENDTO = SystemCall.of("sendto", 44);
  private static final MethodHandle SPLICE = SystemCall.of("splice", 275);
  private static final MethodHandle PIPE2 = SystemCall.of("pipe2", 293);
  private static final MethodHandle FCNTL = SystemCall.of("fcntl", 72);
  private static final MethodHandle IOCTL = SystemCall.of("ioctl", 16);
  private static final MethodHandle OPEN = SystemCall.of("open", 2);
  private static final MethodHandle UNSHARE = SystemCall.of("unshare", 272);
  private static final MethodHandle SETNS = SystemCall.of("setns", 308);
  private static final MethodHandle SCHED_SETSCHEDULER = SystemCall.of("sched_setscheduler", 144);
  private static final MethodHandle GETTID = SystemCall.of("gettid", 186);

  private Libc() {}

  /** {@code socket(2)}; returns the descriptor. */
  public static int socket(int domain, int type, int protocol) {
    try {
      return (int)
          (long) SOCKET.invokeExact((long) domain, (long) type, (long) protocol, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code bind(2)}. */
  public static int bind(int fd, MemorySegment address, int length) {
    try {
      return (int) (long) BIND.invokeExact((long) fd, address(address), (long) length, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(address);
    }
  }

  /** {@code listen(2)}. */
  public static int listen(int fd, int backlog) {
    try {
      return (int) (long) LISTEN.invokeExact((long) fd, (long) backlog, 0L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code accept4(2)}; returns the descriptor. The length is in and out, as in C. */
  public static int accept4(int fd, MemorySegment address, MemorySegment length, int flags) {
    try {
      return (int)
          (long)
              ACCEPT4.invokeExact(
                  (long) fd, address(address), address(length), (long) flags, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(address);
      Reference.reachabilityFence(length);
    }
  }

  /** {@code connect(2)}; {@code -EINPROGRESS} is the usual answer of a non-blocking socket. */
  public static int connect(int fd, MemorySegment address, int length) {
    try {
      return (int)
          (long) CONNECT.invokeExact((long) fd, address(address), (long) length, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(address);
    }
  }

  /** {@code shutdown(2)}. */
  public static int shutdown(int fd, int how) {
    try {
      return (int) (long) SHUTDOWN.invokeExact((long) fd, (long) how, 0L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code close(2)}. Never repeat it: the descriptor is gone whatever it answers. */
  public static int close(int fd) {
    try {
      return (int) (long) CLOSE.invokeExact((long) fd, 0L, 0L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code getsockopt(2)}. The length is in and out, as in C. */
  public static int getsockopt(
      int fd, int level, int name, MemorySegment value, MemorySegment length) {
    try {
      return (int)
          (long)
              GETSOCKOPT.invokeExact(
                  (long) fd, (long) level, (long) name, address(value), address(length), 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(value);
      Reference.reachabilityFence(length);
    }
  }

  /** {@code setsockopt(2)}. */
  public static int setsockopt(int fd, int level, int name, MemorySegment value, int length) {
    try {
      return (int)
          (long)
              SETSOCKOPT.invokeExact(
                  (long) fd, (long) level, (long) name, address(value), (long) length, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(value);
    }
  }

  /** {@code getsockname(2)}. The length is in and out, as in C. */
  public static int getsockname(int fd, MemorySegment address, MemorySegment length) {
    try {
      return (int)
          (long) GETSOCKNAME.invokeExact((long) fd, address(address), address(length), 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(address);
      Reference.reachabilityFence(length);
    }
  }

  /** {@code recv(2)}; returns the bytes read, 0 at the end of the stream. */
  public static long recv(int fd, MemorySegment buffer, long length, int flags) {
    try {
      return (long) RECVFROM.invokeExact((long) fd, address(buffer), length, (long) flags, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(buffer);
    }
  }

  /** {@code send(2)}; returns the bytes taken. */
  public static long send(int fd, MemorySegment buffer, long length, int flags) {
    try {
      return (long) SENDTO.invokeExact((long) fd, address(buffer), length, (long) flags, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(buffer);
    }
  }

  /** {@code recvfrom(2)}; returns the bytes read. The address length is in and out. */
  public static long recvfrom(
      int fd,
      MemorySegment buffer,
      long length,
      int flags,
      MemorySegment address,
      MemorySegment addressLength) {
    try {
      return (long)
          RECVFROM.invokeExact(
              (long) fd,
              address(buffer),
              length,
              (long) flags,
              address(address),
              address(addressLength));
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(buffer);
      Reference.reachabilityFence(address);
      Reference.reachabilityFence(addressLength);
    }
  }

  /** {@code sendto(2)}; returns the bytes taken. */
  public static long sendto(
      int fd,
      MemorySegment buffer,
      long length,
      int flags,
      MemorySegment address,
      int addressLength) {
    try {
      return (long)
          SENDTO.invokeExact(
              (long) fd,
              address(buffer),
              length,
              (long) flags,
              address(address),
              (long) addressLength);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(buffer);
      Reference.reachabilityFence(address);
    }
  }

  /** {@code splice(2)} without offsets; returns the bytes moved. */
  public static long splice(int in, int out, long length, int flags) {
    try {
      return (long) SPLICE.invokeExact((long) in, 0L, (long) out, 0L, length, (long) flags);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code pipe2(2)}; {@code fds} gets two ints, the reading end first. */
  public static int pipe2(MemorySegment fds, int flags) {
    try {
      return (int) (long) PIPE2.invokeExact(address(fds), (long) flags, 0L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(fds);
    }
  }

  /** {@code fcntl(2)} with an int argument. */
  public static int fcntl(int fd, int command, int argument) {
    try {
      return (int) (long) FCNTL.invokeExact((long) fd, (long) command, (long) argument, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code ioctl(2)} with a pointer argument. */
  public static int ioctl(int fd, long request, MemorySegment argument) {
    try {
      return (int) (long) IOCTL.invokeExact((long) fd, request, address(argument), 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(argument);
    }
  }

  /** {@code open(2)}; {@code path} is a zero-terminated string. Returns the descriptor. */
  public static int open(MemorySegment path, int flags, int mode) {
    try {
      return (int) (long) OPEN.invokeExact(address(path), (long) flags, (long) mode, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(path);
    }
  }

  /** {@code unshare(2)}: changes the calling thread, which must be a platform thread. */
  public static int unshare(int flags) {
    try {
      return (int) (long) UNSHARE.invokeExact((long) flags, 0L, 0L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code setns(2)}: changes the calling thread, which must be a platform thread. */
  public static int setns(int fd, int type) {
    try {
      return (int) (long) SETNS.invokeExact((long) fd, (long) type, 0L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code sched_setscheduler(2)}; {@code thread} 0 is the calling one. */
  public static int schedSetscheduler(int thread, int policy, MemorySegment parameters) {
    try {
      return (int)
          (long)
              SCHED_SETSCHEDULER.invokeExact(
                  (long) thread, (long) policy, address(parameters), 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(parameters);
    }
  }

  /** {@code gettid(2)}: the kernel's id of the calling platform thread. */
  public static int gettid() {
    try {
      return (int) (long) GETTID.invokeExact(0L, 0L, 0L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  private static long address(MemorySegment segment) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException("a heap segment (expected: native memory)");
    }
    return segment.address();
  }

  static RuntimeException unreachable(Throwable e) {
    if (e instanceof RuntimeException bug) {
      return bug;
    }
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("a downcall threw a checked exception", e);
  }
}
