package io.finward.linux.socket;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.finward.linux.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The pipes of one event loop. A tunnel takes one only while bytes are in flight. Their number is
 * bounded: past {@code fs.pipe-user-pages-soft} (16,384 pages for a user without CAP_SYS_RESOURCE)
 * the kernel makes pipes of two slots, which are slower than copying (fs/pipe.c).
 *
 * <p>Used only on its loop.
 */
public final class PipePool {
  /** A pipe's size: 1 MiB is the default {@code fs.pipe-max-size}. */
  public static final int PIPE_SIZE = 1 << 20;

  private static final int F_SETPIPE_SZ = 1031;
  private static final int O_NONBLOCK_CLOEXEC = 0x800 | 0x80000;

  private final int limit;
  private final MemorySegment fds = Arena.ofAuto().allocate(8, 4);
  private final ArrayDeque<Pipe> idle = new ArrayDeque<>();
  private int made;

  /**
   * An empty pool.
   *
   * @param limit how many pipes there may be at once; 0 or more
   */
  public PipePool(int limit) {
    this.limit = limit;
  }

  /** An empty pipe, or null when there is none to be had: copy instead. */
  public @Nullable Pipe take() {
    Pipe pipe = idle.pollLast();
    return pipe != null || made >= limit ? pipe : make();
  }

  /**
   * Gives a pipe back. One that still has bytes in it is closed: they belong to another session.
   */
  public void giveBack(Pipe pipe) {
    if (pipe.size() == 0) {
      idle.addLast(pipe);
    } else {
      made--;
      pipe.close();
    }
  }

  /** Closes the idle pipes. */
  public void close() {
    made -= idle.size();
    idle.forEach(Pipe::close);
    idle.clear();
  }

  private @Nullable Pipe make() {
    if (Libc.pipe2(fds, O_NONBLOCK_CLOEXEC) < 0) {
      return null;
    }
    int readEnd = fds.get(JAVA_INT, 0);
    int writeEnd = fds.get(JAVA_INT, 4);
    int size = Libc.fcntl(writeEnd, F_SETPIPE_SZ, PIPE_SIZE);
    Pipe pipe = new Pipe(readEnd, writeEnd, size);
    if (size < PIPE_SIZE) {
      pipe.close();
      return null;
    }
    made++;
    return pipe;
  }
}
