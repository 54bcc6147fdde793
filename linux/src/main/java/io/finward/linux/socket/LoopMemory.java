package io.finward.linux.socket;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.finward.linux.libc.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * The native memory that all sockets of one event loop share: arguments of system calls, and one
 * buffer that every read goes through. It holds nothing between two calls. Used only on its loop.
 */
public final class LoopMemory {
  /** What one recv takes at the most, in bytes. */
  public static final int BUFFER_SIZE = 64 * 1024;

  private final MemorySegment address;
  private final MemorySegment length;
  private final MemorySegment value;
  private final MemorySegment buffer;
  private final KnownAddresses addresses = new KnownAddresses();

  /** Allocates; the memory is freed with this object. */
  public LoopMemory() {
    Arena arena = Arena.ofAuto();
    address = arena.allocate(SocketAddresses.MAX_LENGTH, 8);
    length = arena.allocate(JAVA_INT);
    value = arena.allocate(256, 8);
    buffer = NativeMemory.allocate(BUFFER_SIZE);
  }

  /** The loop's read buffer: valid until the loop's next read. */
  public MemorySegment buffer() {
    return buffer;
  }

  MemorySegment address() {
    return address;
  }

  /** What the kernel wrote to {@link #address}. */
  InetSocketAddress decoded() {
    return SocketAddresses.decode(address, addresses);
  }

  /** The same, of an address and port that many connections have in common. */
  InetSocketAddress decodedServer() {
    return addresses.server(decoded());
  }

  MemorySegment value() {
    return value;
  }

  MemorySegment length(int bytes) {
    length.set(JAVA_INT, 0, bytes);
    return length;
  }
}
