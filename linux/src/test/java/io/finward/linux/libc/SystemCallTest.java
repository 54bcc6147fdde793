package io.finward.linux.libc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ways to the kernel, whichever is this processor's. */
class SystemCallTest {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_NONBLOCK = 2 | 0x800;

  /** How a call is found: libc's name, and the number on x86-64. */
  interface Way {
    MethodHandle of(String name, long number);
  }

  static List<Way> ways() {
    Way usual = SystemCall::of;
    Way wrapped = (name, _) -> SystemCall.Wrapper.of(name);
    return List.of(usual, wrapped);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void anErrorIsANegativeResult(Way way) throws Throwable {
    assertThat((long) way.of("close", 3).invokeExact(-1L, 0L, 0L, 0L, 0L, 0L))
        .isEqualTo(-Errno.EBADF);
    assertThat((long) way.of("socket", 41).invokeExact(1L, 99L, 0L, 0L, 0L, 0L)).isNegative();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void sixArgumentsArriveInTheirOrder(Way way) throws Throwable {
    MethodHandle sendto = way.of("sendto", 44);
    MethodHandle recvfrom = way.of("recvfrom", 45);
    try (Arena arena = Arena.ofConfined()) {
      int receiver = Libc.socket(AF_UNIX, SOCK_DGRAM_NONBLOCK, 0);
      int sender = Libc.socket(AF_UNIX, SOCK_DGRAM_NONBLOCK, 0);
      MemorySegment to = abstractName(arena, "finward-test-" + ProcessHandle.current().pid());
      MemorySegment from = abstractName(arena, "finward-from-" + ProcessHandle.current().pid());
      assertThat(Libc.bind(receiver, to, (int) to.byteSize())).isZero();
      assertThat(Libc.bind(sender, from, (int) from.byteSize())).isZero();
      MemorySegment bytes = arena.allocateFrom("six", US_ASCII);

      assertThat(
              (long)
                  sendto.invokeExact(
                      (long) sender, bytes.address(), 3L, 0L, to.address(), to.byteSize()))
          .isEqualTo(3);

      MemorySegment heard = arena.allocate(16);
      MemorySegment peer = arena.allocate(128);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, 128);
      assertThat(
              (long)
                  recvfrom.invokeExact(
                      (long) receiver, heard.address(), 16L, 0L, peer.address(), length.address()))
          .isEqualTo(3);
      assertThat(heard.getString(0, US_ASCII)).isEqualTo("six");
      assertThat(length.get(ValueLayout.JAVA_INT, 0)).isEqualTo((int) from.byteSize());
      assertThat(peer.asSlice(0, from.byteSize()).mismatch(from)).isEqualTo(-1);
      assertThat(
              (long)
                  recvfrom.invokeExact(
                      (long) receiver, heard.address(), 16L, 0L, peer.address(), length.address()))
          .isEqualTo(-Errno.EAGAIN);
      assertThat(Libc.close(sender)).isZero();
      assertThat(Libc.close(receiver)).isZero();
    }
  }

  @Test
  void aHeapSegmentIsRefused() {
    assertThatThrownBy(() -> Libc.recv(0, MemorySegment.ofArray(new byte[1]), 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: native memory");
  }

  /** {@code struct sockaddr_un} of a name that is no file (unix(7)). */
  private static MemorySegment abstractName(Arena arena, String name) {
    byte[] bytes = name.getBytes(US_ASCII);
    MemorySegment address = arena.allocate(3 + bytes.length, 2);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, 3, bytes.length);
    return address;
  }
}
