package io.finward.proxy.tunnel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Bytes that were read and that the sink did not take yet. Owned by one direction. */
final class Stash {
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory;
  private int taken;

  Stash(MemorySegment from, int start, int end) {
    memory = arena.allocate(end - start);
    memory.copyFrom(from.asSlice(start, end - start));
  }

  /** What is left. */
  MemorySegment bytes() {
    return memory.asSlice(taken);
  }

  /** How many bytes are left. */
  int size() {
    return capacity() - taken;
  }

  int capacity() {
    return (int) memory.byteSize();
  }

  void taken(int bytes) {
    taken += bytes;
  }

  void free() {
    arena.close();
  }
}
