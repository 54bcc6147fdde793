package io.finward.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * libnftables, which is what the {@code nft} program consists of (nftables/libnftables.h, ABI 1).
 * It speaks to the network namespace of the calling thread.
 *
 * <p>It ends the process with {@code exit(3)} when it gets no memory or no descriptor
 * (nftables/src/utils.c, mnl.c). So it is for a process that has nothing to lose yet; any other
 * runs the program.
 *
 * <p>Thread-safe, one at a time: contexts of old versions share tables that nothing guards. Every
 * call waits for the kernel.
 */
public final class Libnftables {
  private static final String NAME = "libnftables.so.1";

  /** NFT_CTX_OUTPUT_STATELESS: lists neither counters' values nor what is left of timeouts. */
  private static final long STATELESS = 1 << 2;

  /** LC_ALL_MASK of glibc's locale.h. */
  private static final long ALL_CATEGORIES = 0x1fbf;

  private static @Nullable Libnftables loaded;

  private final MethodHandle useLocale;
  private final long plainLocale;
  private final MethodHandle newContext;
  private final MethodHandle freeContext;
  private final MethodHandle setFlags;
  private final MethodHandle bufferOutput;
  private final MethodHandle bufferErrors;
  private final MethodHandle output;
  private final MethodHandle errors;
  private final MethodHandle run;

  /**
   * What commands came to.
   *
   * @param ok whether the kernel has done all of them; else it has done none
   * @param output what {@code list} commands print
   * @param errors what {@code nft} would say
   */
  public record Answer(boolean ok, String output, String errors) {}

  private Libnftables(SymbolLookup library) {
    useLocale = SystemCall.libc("uselocale");
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom("C").address();
      plainLocale = call(SystemCall.libc("newlocale"), ALL_CATEGORIES, name);
    }
    newContext = SystemCall.function(library, "nft_ctx_new");
    freeContext = SystemCall.function(library, "nft_ctx_free");
    setFlags = SystemCall.function(library, "nft_ctx_output_set_flags");
    bufferOutput = SystemCall.function(library, "nft_ctx_buffer_output");
    bufferErrors = SystemCall.function(library, "nft_ctx_buffer_error");
    output = SystemCall.function(library, "nft_ctx_get_output_buffer");
    errors = SystemCall.function(library, "nft_ctx_get_error_buffer");
    run = SystemCall.function(library, "nft_run_cmd_from_buffer");
  }

  /** The library; empty where there is none of this name and ABI. */
  public static synchronized Optional<Libnftables> load() {
    if (loaded == null) {
      try {
        loaded = new Libnftables(SymbolLookup.libraryLookup(NAME, Arena.global()));
      } catch (IllegalArgumentException _) {
        return Optional.empty();
      }
    }
    return Optional.of(loaded);
  }

  /**
   * Runs commands in nft's language as one transaction, as {@code LC_ALL=C nft -s -f} does: its
   * words and numbers are not the operator's language's.
   *
   * @param commands ended by line feeds
   */
  public synchronized Answer run(String commands) {
    long before = call(useLocale, plainLocale, 0);
    try (Arena arena = Arena.ofConfined()) {
      long context = call(newContext, 0, 0);
      try {
        call(setFlags, context, STATELESS);
        call(bufferOutput, context, 0);
        call(bufferErrors, context, 0);
        int code = (int) call(run, context, arena.allocateFrom(commands).address());
        return new Answer(
            code == 0, text(call(output, context, 0)), text(call(errors, context, 0)));
      } finally {
        call(freeContext, context, 0);
      }
    } finally {
      call(useLocale, before, 0);
    }
  }

  private static long call(MethodHandle function, long first, long second) {
    try {
      return (long) function.invokeExact(first, second, 0L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw Libc.unreachable(e);
    }
  }

  private static String text(long address) {
    return address == 0
        ? ""
        : MemorySegment.ofAddress(address).reinterpret(JAVA_LONG.byteSize() << 32).getString(0);
  }
}
