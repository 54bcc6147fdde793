package io.finward.proxy.tunnel;

import io.finward.linux.libc.Errno;
import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.Pipe;
import io.finward.linux.socket.StreamSocket;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a tunnel: reads from its source, writes to its sink, and passes the end on.
 *
 * <p>Little is copied through the loop's shared buffer; once a read fills it, the direction splices
 * through a pooled pipe until reads are small again. Nothing is kept while idle: a pipe or a stash
 * exists only while the sink is slower than the source, and then nothing more is read.
 *
 * <p>Edge-triggered: {@link #readable} and {@link #writable} remember what epoll said. Belongs to
 * the event loop.
 */
final class Direction {
  /** What one wake-up may move, in bytes, before other sessions of the loop have their turn. */
  private static final int WORK_PER_WAKE_UP = 2 << 20;

  /** A splice below this is a sign that copying is cheaper again. */
  private static final int SPLICE_WORTH = 16 * 1024;

  /** Why {@link #pump} stopped. */
  enum Outcome {
    /** Waits for the source or the sink. */
    WAITING,
    /** Has used up its share; there may be more. */
    AGAIN,
    /** The source's FIN has been passed on; nothing more will come. */
    ENDED,
    /** The source's connection is broken and all bytes before that have been handed to the sink. */
    SOURCE_BROKEN,
    /** The sink's connection is broken. */
    SINK_BROKEN
  }

  private final StreamSocket source;
  private final StreamSocket sink;
  private final Tunnel.Loop loop;
  private final boolean splices;
  private boolean readable;
  private boolean writable = true;
  private boolean untrusted;
  private boolean finArrived;
  private boolean urgent;
  private boolean bulk;
  private boolean finReceived;
  private boolean finSent;
  private boolean cut;
  private boolean broken;
  private long bytes;
  private @Nullable Pipe pipe;
  private @Nullable Stash stash;

  Direction(StreamSocket source, StreamSocket sink, Tunnel.Loop loop) {
    this.source = source;
    this.sink = sink;
    this.loop = loop;
    splices = source.splices() && sink.splices();
  }

  /**
   * What goes first: bytes of our own, which do not count, and then those that were read from the
   * source before the tunnel began.
   *
   * @param own how many of them are our own
   */
  void begin(MemorySegment first, int own) {
    stash = loop.stashes().stash(first, 0, (int) first.byteSize());
    bytes += first.byteSize() - own;
  }

  /** The source may have bytes or an end. */
  void readable() {
    readable = true;
  }

  /** The sink may take bytes. */
  void writable() {
    writable = true;
  }

  /**
   * From now on a short read does not prove that the source is empty: a FIN or RST is behind it.
   */
  void endIsNear() {
    untrusted = true;
  }

  /**
   * The source's FIN is in its receive queue, and no failure behind it: a short read has come to
   * it, and needs no other one that answers 0.
   */
  void finArrived() {
    finArrived = true;
  }

  /** The source has urgent data somewhere ahead. */
  void urgent() {
    urgent = true;
    untrusted = true;
  }

  StreamSocket source() {
    return source;
  }

  boolean finReceived() {
    return finReceived;
  }

  boolean finSent() {
    return finSent;
  }

  long bytes() {
    return bytes;
  }

  /** Whether nothing will be passed on any more. */
  boolean over() {
    return finSent || cut || (broken && !inFlight());
  }

  /** Stops for good and drops what is in flight: the sink is gone. */
  void cut() {
    cut = true;
    release();
  }

  /**
   * Moves what can be moved now.
   *
   * @param last whether the other direction has ended: then both sockets are closed next, and
   *     {@code close(2)} sends the FIN without a call of its own
   */
  Outcome pump(LoopMemory memory, boolean last) {
    if (cut) {
      return Outcome.WAITING;
    }
    long stopAt = bytes + WORK_PER_WAKE_UP;
    while (true) {
      if (!flush()) {
        return sink.failure() != 0 ? Outcome.SINK_BROKEN : Outcome.WAITING;
      }
      if (broken) {
        return Outcome.SOURCE_BROKEN;
      }
      if (finReceived) {
        return passFin(last);
      }
      if (!readable || !writable) {
        release();
        return Outcome.WAITING;
      }
      if (bytes >= stopAt) {
        return Outcome.AGAIN;
      }
      if (!read(memory)) {
        return Outcome.SINK_BROKEN;
      }
    }
  }

  private Outcome passFin(boolean last) {
    if (!finSent) {
      finSent = true;
      release();
      if (!last) {
        sink.shutdownWrite();
      }
    }
    return Outcome.ENDED;
  }

  /** Reads once, by the way that suits. Returns false when the sink broke meanwhile. */
  private boolean read(LoopMemory memory) {
    if (urgent && source.atUrgentMark()) {
      return copyUrgent(memory);
    }
    if (bulk && splices && splice()) {
      return true;
    }
    return copy(memory);
  }

  /** Returns false when splice moved nothing, which proves nothing: ask by recv. */
  private boolean splice() {
    if (pipe == null) {
      pipe = loop.pipes().take();
    }
    if (pipe == null) {
      bulk = false;
      return false;
    }
    int moved = source.spliceTo(pipe);
    if (moved <= 0) {
      return false;
    }
    bytes += moved;
    bulk = moved >= SPLICE_WORTH;
    return true;
  }

  private boolean copy(LoopMemory memory) {
    int limit = loop.stashes().readLimit();
    int got = source.recv(limit);
    if (got <= 0) {
      ended(got);
      return true;
    }
    bytes += got;
    if (got == limit) {
      bulk = got == LoopMemory.BUFFER_SIZE;
    } else if (finArrived && !urgent && source.failure() == 0) {
      readable = false;
      finReceived = true;
    } else if (!untrusted && !source.endFollows()) {
      // epoll(7): a short read of a stream has emptied it. Saves the recv that answers EAGAIN.
      readable = false;
    }
    return send(memory.buffer(), got);
  }

  private boolean send(MemorySegment buffer, int length) {
    int sent = finReceived ? sink.sendLast(buffer, length) : sink.send(buffer, length);
    if (sent == length) {
      return true;
    }
    if (sent < 0 && sent != -Errno.EAGAIN) {
      return false;
    }
    int taken = Math.max(sent, 0);
    stash = loop.stashes().stash(buffer, taken, length);
    writable = false;
    return true;
  }

  /** At the mark exactly one byte is urgent; it goes on as urgent (RFC 9293, 3.8.5). */
  private boolean copyUrgent(LoopMemory memory) {
    int got = source.recv(1);
    if (got <= 0) {
      ended(got);
      return true;
    }
    bytes += got;
    urgent = false;
    int sent = sink.sendUrgent(memory.buffer());
    return sent == 1 || (sent == -Errno.EAGAIN && send(memory.buffer(), 1));
  }

  /** A read found no bytes: nothing yet, the end, or a broken connection that reads as the end. */
  private void ended(int answer) {
    readable = false;
    if (answer == -Errno.EAGAIN) {
      return;
    }
    if (answer == 0 && source.failure() == 0) {
      finReceived = true;
    } else {
      broken = true;
    }
  }

  /** Hands the sink what is in flight. Returns whether nothing is left. */
  private boolean flush() {
    Pipe flowing = pipe;
    while (flowing != null && flowing.size() > 0) {
      if (!writable || !took(sink.spliceFrom(flowing))) {
        return false;
      }
    }
    Stash kept = stash;
    while (kept != null && kept.size() > 0) {
      int sent = writable ? sink.send(kept.bytes(), kept.size()) : 0;
      if (!took(sent)) {
        return false;
      }
      kept.taken(sent);
    }
    dropStash();
    return true;
  }

  private boolean took(int answer) {
    if (answer <= 0) {
      writable = false;
    }
    return answer > 0;
  }

  private boolean inFlight() {
    return stash != null || (pipe != null && pipe.size() > 0);
  }

  private void dropStash() {
    Stash kept = stash;
    if (kept != null) {
      stash = null;
      loop.stashes().drop(kept);
    }
  }

  private void release() {
    dropStash();
    Pipe idle = pipe;
    if (idle != null) {
      pipe = null;
      loop.pipes().giveBack(idle);
    }
  }
}
