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
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Makes handles of functions outside of Java.
 *
 * <p>All have one shape, {@code long} in and out, though C declares other types: the linker takes
 * 20 ms for each shape, and twenty of them were a quarter of a start. The ABIs of Linux on x86-64
 * and aarch64 pass every integer and pointer in a register of its own, whose upper half the callee
 * of an {@code int} ignores, as it does arguments past its last; of an {@code int} that is returned
 * the upper half is undefined.
 *
 * <p>On x86-64 system calls do not go through libc, which tells an error by {@code errno}, a
 * variable that the JVM has to save after every call (decision 14): a few instructions of our own
 * call the kernel, whose answer is the result. Elsewhere they do.
 */
final class SystemCall {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBC = LINKER.defaultLookup();

  /** Takes the address of a function before its arguments. */
  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG));

  /**
   * {@code long f(long number, long a, ... long f)} for x86-64: the arguments go from where a
   * function has them (System V ABI, 3.2.3) to where the kernel wants them (A.2.1).
   */
  private static final String X86_64 =
      "4889f8" // mov rax, rdi
          + "4889f7" // mov rdi, rsi
          + "4889d6" // mov rsi, rdx
          + "4889ca" // mov rdx, rcx
          + "4d89c2" // mov r10, r8
          + "4d89c8" // mov r8, r9
          + "4c8b4c2408" // mov r9, [rsp + 8]
          + "0f05" // syscall
          + "c3"; // ret

  private static final long PAGE = 4096;
  private static final long MAP_FAILED = -1;
  private static final long PROT_READ_WRITE = 0x1 | 0x2;
  private static final long PROT_READ_EXEC = 0x1 | 0x4;
  private static final long MAP_PRIVATE_ANONYMOUS = 0x2 | 0x20;

  /**
   * The instructions of {@link #X86_64} in memory; null on other processors, and where the system
   * lets no memory be made executable.
   */
  private static final @Nullable MethodHandle DIRECT =
      System.getProperty("os.arch").equals("amd64") ? direct() : null;

  private SystemCall() {}

  /**
   * A system call: six arguments, of which it takes as many as it has; returns a value of zero or
   * more, or {@code -errno}.
   *
   * @param name of libc's wrapper
   * @param number on x86-64 (arch/x86/entry/syscalls/syscall_64.tbl)
   */
  static MethodHandle of(String name, long number) {
    return DIRECT == null ? Wrapper.of(name) : MethodHandles.insertArguments(DIRECT, 0, number);
  }

  /** A function of a library, with six arguments of which it takes as many as it has. */
  static MethodHandle function(SymbolLookup library, String name) {
    return MethodHandles.insertArguments(CALL.bindTo(library.findOrThrow(name)), 6, 0L);
  }

  /** As {@link #function}, of libc: what it returns is its own, and errno is lost. */
  static MethodHandle libc(String name) {
    return function(LIBC, name);
  }

  private static @Nullable MethodHandle direct() {
    byte[] instructions = HexFormat.of().parseHex(X86_64);
    try {
      long page =
          (long)
              libc("mmap").invokeExact(0L, PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1L, 0L);
      if (page == MAP_FAILED) {
        return null;
      }
      MemorySegment code = MemorySegment.ofAddress(page).reinterpret(instructions.length);
      code.copyFrom(MemorySegment.ofArray(instructions));
      long done = (long) libc("mprotect").invokeExact(page, PAGE, PROT_READ_EXEC, 0L, 0L, 0L);
      return (int) done == 0 ? CALL.bindTo(code) : null;
    } catch (Throwable e) {
      throw Libc.unreachable(e);
    }
  }

  /** libc's wrappers of system calls. */
  static final class Wrapper {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO =
        STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle CALL =
        LINKER.downcallHandle(
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));

    /** Where a thread's calls put errno; the arena lives as long as the thread. */
    private static final ThreadLocal<MemorySegment> CALL_STATE =
        ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private static final MethodHandle ADAPTER = adapter();

    private Wrapper() {}

    /** As {@link SystemCall#of}. */
    static MethodHandle of(String name) {
      return ADAPTER.bindTo(CALL.bindTo(LIBC.findOrThrow(name)));
    }

    private static MethodHandle adapter() {
      MethodType type =
          MethodType.methodType(
              long.class,
              MethodHandle.class,
              long.class,
              long.class,
              long.class,
              long.class,
              long.class,
              long.class);
      try {
        return MethodHandles.lookup().findStatic(Wrapper.class, "call", type);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    /** No call moves more than 2 GiB at once (MAX_RW_COUNT of linux/fs.h), so an int holds it. */
    @SuppressWarnings("unused") // by the adapter
    private static long call(MethodHandle function, long a, long b, long c, long d, long e, long f)
        throws Throwable {
      MemorySegment state = CALL_STATE.get();
      int result = (int) (long) function.invokeExact(state, a, b, c, d, e, f);
      return result >= 0 ? result : -state.get(JAVA_INT, ERRNO);
    }
  }
}
