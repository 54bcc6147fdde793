package io.finward.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LibnftablesTest {
  private static final int LC_ALL = 6;
  private static final int ENOENT = 2;
  private static final String NOT_ROOT = "Operation not permitted";

  /** Callers look for its words, as the operator's German libc would not say them. */
  @Test
  void saysItInEnglishWhateverTheProcessSpeaks() throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      speak(arena, "C.UTF-8", "de");
      assumeThat(noSuchFile()).as("libc's German").contains("nicht gefunden");

      Optional<Libnftables> library = Libnftables.load();
      assumeThat(library).as("libnftables").isPresent();

      Libnftables.Answer answer = library.orElseThrow().run("list table ip finward_nothing\n");

      assertThat(answer.ok()).isFalse();
      assertThat(answer.errors()).containsAnyOf("No such file or directory", NOT_ROOT);
      assertThat(noSuchFile()).as("after it").contains("nicht gefunden");
    } finally {
      try (Arena arena = Arena.ofConfined()) {
        speak(arena, "C", "");
      }
    }
  }

  private static void speak(Arena arena, String locale, String language) throws Throwable {
    MethodHandle setenv = SystemCall.libc("setenv");
    MethodHandle setlocale = SystemCall.libc("setlocale");
    assertThat(
            (int)
                (long)
                    setenv.invokeExact(
                        arena.allocateFrom("LANGUAGE").address(),
                        arena.allocateFrom(language).address(),
                        1L,
                        0L,
                        0L,
                        0L))
        .isZero();
    assertThat(
            (long)
                setlocale.invokeExact(
                    (long) LC_ALL, arena.allocateFrom(locale).address(), 0L, 0L, 0L, 0L))
        .isNotZero();
  }

  private static String noSuchFile() {
    try {
      long text = (long) SystemCall.libc("strerror").invokeExact((long) ENOENT, 0L, 0L, 0L, 0L, 0L);
      return MemorySegment.ofAddress(text).reinterpret(200).getString(0);
    } catch (Throwable e) {
      throw Libc.unreachable(e);
    }
  }
}
