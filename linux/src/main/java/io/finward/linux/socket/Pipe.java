package io.finward.linux.socket;

import io.finward.linux.libc.Libc;

/**
 * A pipe that carries spliced bytes, and how many are in it: the kernel's EAGAIN does not tell a
 * full pipe from an empty socket. Belongs to one event loop.
 */
public final class Pipe {
  private final int readEnd;
  private final int writeEnd;
  private final int capacity;
  private int size;

  Pipe(int readEnd, int writeEnd, int capacity) {
    this.readEnd = readEnd;
    this.writeEnd = writeEnd;
    this.capacity = capacity;
  }

  /** Bytes in the pipe. */
  public int size() {
    return size;
  }

  /** Bytes it may still take; the kernel may take fewer, it counts page fragments. */
  public int room() {
    return capacity - size;
  }

  int readEnd() {
    return readEnd;
  }

  int writeEnd() {
    return writeEnd;
  }

  void added(int bytes) {
    size += bytes;
  }

  void taken(int bytes) {
    size -= bytes;
  }

  void close() {
    Libc.close(readEnd);
    Libc.close(writeEnd);
  }
}
