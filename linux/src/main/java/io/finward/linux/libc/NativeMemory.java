package io.finward.linux.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** Memory for system calls, where the JDK's own way costs a start too much. Any thread. */
public final class NativeMemory {
  private NativeMemory() {}

  /**
   * Zeroed memory that the collector frees, for buffers of some size: an arena fills what it
   * allocates long by long, which the interpreter takes a millisecond for at 64 KiB.
   */
  public static MemorySegment allocate(int bytes) {
    return MemorySegment.ofBuffer(ByteBuffer.allocateDirect(bytes));
  }

  /**
   * Links reading and writing of numbers in native memory, which the JDK does at the first use of
   * each size and takes some milliseconds for. For a thread beside the start.
   */
  public static void linkAhead() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(16, Long.BYTES);
      memory.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
      memory.set(ValueLayout.JAVA_INT, 0, memory.get(ValueLayout.JAVA_SHORT, 0));
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, 0, memory.get(ValueLayout.JAVA_INT, 0));
      MemorySegment.copy(new byte[8], 0, memory, ValueLayout.JAVA_BYTE, 0, 8);
    }
  }
}
