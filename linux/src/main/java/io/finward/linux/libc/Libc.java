package io.finward.linux.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * libc's system call wrappers. Each method is one call and returns what the kernel returned: a
 * value of zero or more, or {@code -errno} (see {@link Errno}). None of them allocates or throws;
 * all may be called from any thread.
 *
 * <p>Pointers are native {@link MemorySegment}s that the caller owns. A heap segment is a bug of
 * the caller and throws {@link IllegalArgumentException}.
 */
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_FIELD =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /** Where a thread's calls put errno; the arena lives as long as the thread. */
  private static final ThreadLocal<MemorySegment> CALL_STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private static final MethodHandle SOCKET = ints("socket", 3);
  private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle LISTEN = ints("listen", 2);
  private static final MethodHandle ACCEPT4 =
      call("accept4", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle CONNECT =
      call("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SHUTDOWN = ints("shutdown", 2);
  private static final MethodHandle CLOSE = ints("close", 1);
  private static final MethodHandle GETSOCKOPT =
      call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SETSOCKOPT =
      call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKNAME =
      call("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle RECV =
      call("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SEND =
      call("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECVFROM =
      call("recvfrom", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SENDTO =
      call("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SPLICE =
      call("splice", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle PIPE2 = call("pipe2", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle FCNTL = variadic("fcntl", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle IOCTL = variadic("ioctl", JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle OPEN = variadic("open", ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle UNSHARE = ints("unshare", 1);
  private static final MethodHandle SETNS = ints("setns", 2);
  private static final MethodHandle GETTID = ints("gettid", 0);

  private Libc() {}

  /** {@code socket(2)}; returns the descriptor. */
  public static int socket(int domain, int type, int protocol) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) SOCKET.invokeExact(state, domain, type, protocol), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code bind(2)}. */
  public static int bind(int fd, MemorySegment address, int length) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) BIND.invokeExact(state, fd, address, length), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code listen(2)}. */
  public static int listen(int fd, int backlog) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) LISTEN.invokeExact(state, fd, backlog), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code accept4(2)}; returns the descriptor. The length is in and out, as in C. */
  public static int accept4(int fd, MemorySegment address, MemorySegment length, int flags) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) ACCEPT4.invokeExact(state, fd, address, length, flags), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code connect(2)}; {@code -EINPROGRESS} is the usual answer of a non-blocking socket. */
  public static int connect(int fd, MemorySegment address, int length) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) CONNECT.invokeExact(state, fd, address, length), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code shutdown(2)}. */
  public static int shutdown(int fd, int how) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) SHUTDOWN.invokeExact(state, fd, how), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code close(2)}. Never repeat it: the descriptor is gone whatever it answers. */
  public static int close(int fd) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) CLOSE.invokeExact(state, fd), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code getsockopt(2)}. The length is in and out, as in C. */
  public static int getsockopt(
      int fd, int level, int name, MemorySegment value, MemorySegment length) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) GETSOCKOPT.invokeExact(state, fd, level, name, value, length), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code setsockopt(2)}. */
  public static int setsockopt(int fd, int level, int name, MemorySegment value, int length) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) SETSOCKOPT.invokeExact(state, fd, level, name, value, length), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code getsockname(2)}. The length is in and out, as in C. */
  public static int getsockname(int fd, MemorySegment address, MemorySegment length) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) GETSOCKNAME.invokeExact(state, fd, address, length), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code recv(2)}; returns the bytes read, 0 at the end of the stream. */
  public static long recv(int fd, MemorySegment buffer, long length, int flags) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((long) RECV.invokeExact(state, fd, buffer, length, flags), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code send(2)}; returns the bytes taken. */
  public static long send(int fd, MemorySegment buffer, long length, int flags) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((long) SEND.invokeExact(state, fd, buffer, length, flags), state);
    } catch (Throwable e) {
      throw unreachable(e);
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
      MemorySegment state = CALL_STATE.get();
      return result(
          (long) RECVFROM.invokeExact(state, fd, buffer, length, flags, address, addressLength),
          state);
    } catch (Throwable e) {
      throw unreachable(e);
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
      MemorySegment state = CALL_STATE.get();
      return result(
          (long) SENDTO.invokeExact(state, fd, buffer, length, flags, address, addressLength),
          state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code splice(2)} without offsets; returns the bytes moved. */
  public static long splice(int in, int out, long length, int flags) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result(
          (long)
              SPLICE.invokeExact(
                  state, in, MemorySegment.NULL, out, MemorySegment.NULL, length, flags),
          state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code pipe2(2)}; {@code fds} gets two ints, the reading end first. */
  public static int pipe2(MemorySegment fds, int flags) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) PIPE2.invokeExact(state, fds, flags), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code fcntl(2)} with an int argument. */
  public static int fcntl(int fd, int command, int argument) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) FCNTL.invokeExact(state, fd, command, argument), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code ioctl(2)} with a pointer argument. */
  public static int ioctl(int fd, long request, MemorySegment argument) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) IOCTL.invokeExact(state, fd, request, argument), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code open(2)}; {@code path} is a zero-terminated string. Returns the descriptor. */
  public static int open(MemorySegment path, int flags, int mode) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) OPEN.invokeExact(state, path, flags, mode), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code unshare(2)}: changes the calling thread, which must be a platform thread. */
  public static int unshare(int flags) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) UNSHARE.invokeExact(state, flags), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code setns(2)}: changes the calling thread, which must be a platform thread. */
  public static int setns(int fd, int type) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) SETNS.invokeExact(state, fd, type), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code gettid(2)}: the kernel's id of the calling platform thread. */
  public static int gettid() {
    try {
      MemorySegment state = CALL_STATE.get();
      return result((int) GETTID.invokeExact(state), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  private static int result(int result, MemorySegment state) {
    return result >= 0 ? result : -(int) ERRNO_FIELD.get(state, 0L);
  }

  private static long result(long result, MemorySegment state) {
    return result >= 0 ? result : -(int) ERRNO_FIELD.get(state, 0L);
  }

  private static MethodHandle ints(String name, int arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments];
    java.util.Arrays.fill(layouts, JAVA_INT);
    return call(name, JAVA_INT, layouts);
  }

  private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments), ERRNO);
  }

  /** An {@code int f(first, second, ...)} whose third argument is variadic. */
  private static MethodHandle variadic(
      String name, MemoryLayout first, MemoryLayout second, MemoryLayout third) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, first, second, third),
        ERRNO,
        Linker.Option.firstVariadicArg(2));
  }

  private static RuntimeException unreachable(Throwable e) {
    if (e instanceof RuntimeException bug) {
      return bug;
    }
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("a downcall threw a checked exception", e);
  }
}
