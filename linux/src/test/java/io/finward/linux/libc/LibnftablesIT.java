package io.finward.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class LibnftablesIT {
  private static final int LC_ALL = 6;
  private static final int ENOENT = 2;

  /** Callers look for its words, as the operator's German libc would not say them. */
  @Test
  void saysItInEnglishWhateverTheProcessSpeaks(NetworkNamespace gateway) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      speak(arena, "C.UTF-8", "de");
      assumeThat(noSuchFile()).as("libc's German").contains("nicht gefunden");

      var _ =
          gateway.call(() -> {
            Libnftables.Answer answer =
                Libnftables.load().orElseThrow().run("list table ip nothing\n");
            assertThat(answer.ok()).isFalse();
            assertThat(answer.errors()).contains("No such file or directory");
            assertThat(noSuchFile()).as("after it").contains("nicht gefunden");
            return answer;
          });
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
