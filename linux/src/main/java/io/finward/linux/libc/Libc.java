package io.finward.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/**
 * libc's system call wrappers. Each method is one call and returns what the kernel returned: a
 * value of zero or more, or {@code -errno} (see {@link Errno}). None of them allocates or throws;
 * all may be called from any thread.
 *
 * <p>Pointers are native {@link MemorySegment}s that the caller owns. A heap segment is a bug of
 * the caller and throws {@link IllegalArgumentException}.
 *
 * <p>All go through one shape of call, six {@code long} in and one out, though C declares other
 * types: the linker takes 20 ms for each shape, and twenty of them were a quarter of the start. The
 * ABIs of Linux on x86-64 and aarch64 pass every integer and pointer in a register of its own,
 * whose upper half the callee of an {@code int} ignores, as it does registers past its last
 * argument; of an {@code int} that is returned the upper half is undefined, and cut off here.
 */
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO = offset("errno");

  /** Takes the function, and where errno goes, before the six arguments. */
  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.captureCallState("errno"));

  /** Where a thread's calls put errno; the arena lives as long as the thread. */
  private static final ThreadLocal<MemorySegment> CALL_STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private static final MethodHandle SOCKET = function("socket");
  private static final MethodHandle BIND = function("bind");
  private static final MethodHandle LISTEN = function("listen");
  private static final MethodHandle ACCEPT4 = function("accept4");
  private static final MethodHandle CONNECT = function("connect");
  private static final MethodHandle SHUTDOWN = function("shutdown");
  private static final MethodHandle CLOSE = function("close");
  private static final MethodHandle GETSOCKOPT = function("getsockopt");
  private static final MethodHandle SETSOCKOPT = function("setsockopt");
  private static final MethodHandle GETSOCKNAME = function("getsockname");
  private static final MethodHandle RECV = function("recv");
  private static final MethodHandle SEND = function("send");
  private static final MethodHandle RECVFROM = function("recvfrom");
  private static final MethodHandle SENDTO = function("sendto");
  private static final MethodHandle SPLICE = function("splice");
  private static final MethodHandle PIPE2 = function("pipe2");
  private static final MethodHandle FCNTL = function("fcntl");
  private static final MethodHandle IOCTL = function("ioctl");
  private static final MethodHandle OPEN = function("open");
  private static final MethodHandle UNSHARE = function("unshare");
  private static final MethodHandle SETNS = function("setns");
  private static final MethodHandle GETTID = function("gettid");

  private Libc() {}

  /** {@code socket(2)}; returns the descriptor. */
  public static int socket(int domain, int type, int protocol) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long) SOCKET.invokeExact(state, (long) domain, (long) type, (long) protocol, 0L, 0L, 0L),
          state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code bind(2)}. */
  public static int bind(int fd, MemorySegment address, int length) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long) BIND.invokeExact(state, (long) fd, address(address), (long) length, 0L, 0L, 0L),
          state);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(address);
    }
  }

  /** {@code listen(2)}. */
  public static int listen(int fd, int backlog) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long) LISTEN.invokeExact(state, (long) fd, (long) backlog, 0L, 0L, 0L, 0L), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code accept4(2)}; returns the descriptor. The length is in and out, as in C. */
  public static int accept4(int fd, MemorySegment address, MemorySegment length, int flags) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long)
              ACCEPT4.invokeExact(
                  state, (long) fd, address(address), address(length), (long) flags, 0L, 0L),
          state);
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
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long) CONNECT.invokeExact(state, (long) fd, address(address), (long) length, 0L, 0L, 0L),
          state);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(address);
    }
  }

  /** {@code shutdown(2)}. */
  public static int shutdown(int fd, int how) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long) SHUTDOWN.invokeExact(state, (long) fd, (long) how, 0L, 0L, 0L, 0L), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code close(2)}. Never repeat it: the descriptor is gone whatever it answers. */
  public static int close(int fd) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult((long) CLOSE.invokeExact(state, (long) fd, 0L, 0L, 0L, 0L, 0L), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code getsockopt(2)}. The length is in and out, as in C. */
  public static int getsockopt(
      int fd, int level, int name, MemorySegment value, MemorySegment length) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long)
              GETSOCKOPT.invokeExact(
                  state, (long) fd, (long) level, (long) name, address(value), address(length), 0L),
          state);
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
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long)
              SETSOCKOPT.invokeExact(
                  state, (long) fd, (long) level, (long) name, address(value), (long) length, 0L),
          state);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(value);
    }
  }

  /** {@code getsockname(2)}. The length is in and out, as in C. */
  public static int getsockname(int fd, MemorySegment address, MemorySegment length) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long)
              GETSOCKNAME.invokeExact(
                  state, (long) fd, address(address), address(length), 0L, 0L, 0L),
          state);
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
      MemorySegment state = CALL_STATE.get();
      return result(
          (long) RECV.invokeExact(state, (long) fd, address(buffer), length, (long) flags, 0L, 0L),
          state);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(buffer);
    }
  }

  /** {@code send(2)}; returns the bytes taken. */
  public static long send(int fd, MemorySegment buffer, long length, int flags) {
    try {
      MemorySegment state = CALL_STATE.get();
      return result(
          (long) SEND.invokeExact(state, (long) fd, address(buffer), length, (long) flags, 0L, 0L),
          state);
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
      MemorySegment state = CALL_STATE.get();
      return result(
          (long)
              RECVFROM.invokeExact(
                  state,
                  (long) fd,
                  address(buffer),
                  length,
                  (long) flags,
                  address(address),
                  address(addressLength)),
          state);
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
      MemorySegment state = CALL_STATE.get();
      return result(
          (long)
              SENDTO.invokeExact(
                  state,
                  (long) fd,
                  address(buffer),
                  length,
                  (long) flags,
                  address(address),
                  (long) addressLength),
          state);
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
      MemorySegment state = CALL_STATE.get();
      return result(
          (long) SPLICE.invokeExact(state, (long) in, 0L, (long) out, 0L, length, (long) flags),
          state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code pipe2(2)}; {@code fds} gets two ints, the reading end first. */
  public static int pipe2(MemorySegment fds, int flags) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long) PIPE2.invokeExact(state, address(fds), (long) flags, 0L, 0L, 0L, 0L), state);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(fds);
    }
  }

  /** {@code fcntl(2)} with an int argument. */
  public static int fcntl(int fd, int command, int argument) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long) FCNTL.invokeExact(state, (long) fd, (long) command, (long) argument, 0L, 0L, 0L),
          state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code ioctl(2)} with a pointer argument. */
  public static int ioctl(int fd, long request, MemorySegment argument) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long) IOCTL.invokeExact(state, (long) fd, request, address(argument), 0L, 0L, 0L),
          state);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(argument);
    }
  }

  /** {@code open(2)}; {@code path} is a zero-terminated string. Returns the descriptor. */
  public static int open(MemorySegment path, int flags, int mode) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long) OPEN.invokeExact(state, address(path), (long) flags, (long) mode, 0L, 0L, 0L),
          state);
    } catch (Throwable e) {
      throw unreachable(e);
    } finally {
      Reference.reachabilityFence(path);
    }
  }

  /** {@code unshare(2)}: changes the calling thread, which must be a platform thread. */
  public static int unshare(int flags) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult((long) UNSHARE.invokeExact(state, (long) flags, 0L, 0L, 0L, 0L, 0L), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code setns(2)}: changes the calling thread, which must be a platform thread. */
  public static int setns(int fd, int type) {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult(
          (long) SETNS.invokeExact(state, (long) fd, (long) type, 0L, 0L, 0L, 0L), state);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  /** {@code gettid(2)}: the kernel's id of the calling platform thread. */
  public static int gettid() {
    try {
      MemorySegment state = CALL_STATE.get();
      return intResult((long) GETTID.invokeExact(state, 0L, 0L, 0L, 0L, 0L, 0L), state);
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

  private static int intResult(long result, MemorySegment state) {
    int cut = (int) result;
    return cut >= 0 ? cut : -state.get(JAVA_INT, ERRNO);
  }

  private static long result(long result, MemorySegment state) {
    return result >= 0 ? result : -state.get(JAVA_INT, ERRNO);
  }

  /** Where a field of the call state is; without a path to it, whose handles take 10 ms to link. */
  private static long offset(String field) {
    long offset = 0;
    for (MemoryLayout member : STATE.memberLayouts()) {
      if (member.name().filter(field::equals).isPresent()) {
        return offset;
      }
      offset += member.byteSize();
    }
    throw new IllegalStateException(STATE + " (expected: a field " + field + ")");
  }

  private static MethodHandle function(String name) {
    return function(LINKER.defaultLookup(), name);
  }

  /** A function of another library, in the shape of all. */
  static MethodHandle function(SymbolLookup library, String name) {
    return CALL.bindTo(library.findOrThrow(name));
  }

  /** Where the calling thread's calls put errno. */
  static MemorySegment callState() {
    return CALL_STATE.get();
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
