package io.finward.appliance.accesslog;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of lines from event loops to a sink: a queue with an end, and a thread. A line that finds
 * the queue full, or that the sink does not take, is lost and counted; the log says so itself as
 * soon as it can be written again, and Finward's own log once a minute.
 */
final class Outlet implements AutoCloseable {
  /** Bytes of lines that may wait, with what Java needs beside them. */
  static final long MOST_BYTES = 16L << 20;

  private static final Logger LOG = LoggerFactory.getLogger("access-log");

  /** An array's header and the queue's node. */
  private static final long OVERHEAD = 40;

  private static final int BATCH = 512;

  /** After a write more is waited for so long, or each line would be a wake-up and a write. */
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** How soon lost lines are told of when no line comes. */
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long COMPLAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long LONGEST_CLOSE_MILLIS = 2000;

  private final Destination to;
  private final Sink sink;
  private final LineFormat format;
  private final long mostBytes;
  private final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final LongAdder lost = new LongAdder();
  private final AtomicBoolean asleep = new AtomicBoolean();
  private final AtomicBoolean reopen = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Thread thread;

  // The writer's own.
  private long told;
  private long complainedOf;
  private long complainedNanos = System.nanoTime() - COMPLAIN_NANOS;
  private String problem = "";

  /**
   * Starts the thread.
   *
   * @param format in which the log says how many lines were lost
   */
  Outlet(Destination to, Sink sink, LineFormat format, long mostBytes) {
    this.to = to;
    this.sink = sink;
    this.format = format;
    this.mostBytes = mostBytes;
    this.thread = Thread.ofPlatform().daemon().name("finward-access-log").unstarted(this::run);
    thread.start();
  }

  Destination to() {
    return to;
  }

  /** Takes a line, or counts it as lost. For any thread; never waits. */
  void write(byte[] line) {
    long bytes = line.length + OVERHEAD;
    if (closing.get() || waitingBytes.addAndGet(bytes) > mostBytes) {
      waitingBytes.addAndGet(-bytes);
      lost.increment();
      return;
    }
    queue.add(line);
    wake();
  }

  /** How many lines were lost so far. */
  long lost() {
    return lost.sum();
  }

  /** Opens the file of that name again, soon. */
  void reopen() {
    reopen.set(true);
    wake();
  }

  /** Writes what waits, for two seconds at most, and ends. */
  @Override
  public void close() {
    closing.set(true);
    wake();
    try {
      thread.join(LONGEST_CLOSE_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void wake() {
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (true) {
      boolean last = closing.get();
      if (reopen.getAndSet(false)) {
        sink.reopen();
      }
      boolean wrote = writeSome();
      complain();
      if (wrote) {
        if (queue.isEmpty() && !last) {
          LockSupport.parkNanos(this, LINGER_NANOS);
        }
      } else if (last) {
        break;
      } else {
        sleep();
      }
    }
    sink.close();
  }

  private void sleep() {
    asleep.set(true);
    if (queue.isEmpty() && !reopen.get() && !closing.get()) {
      if (lost.sum() == told) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, TELL_NANOS);
        tell();
      }
    }
    asleep.set(false);
  }

  private boolean writeSome() {
    List<byte[]> lines = new ArrayList<>();
    byte[] line = queue.poll();
    while (line != null) {
      waitingBytes.addAndGet(-(line.length + OVERHEAD));
      lines.add(line);
      line = lines.size() < BATCH ? queue.poll() : null;
    }
    if (lines.isEmpty()) {
      return false;
    }
    tell();
    Sink.Written written = sink.write(lines);
    if (written.problem() != null) {
      lost.add(lines.size() - written.lines());
      problem = written.problem();
    }
    return true;
  }

  /** Says in the log itself how many lines it lost. */
  private void tell() {
    long untold = lost.sum() - told;
    if (untold > 0 && sink.write(List.of(format.lost(untold))).problem() == null) {
      told += untold;
    }
  }

  private void complain() {
    long untold = lost.sum() - complainedOf;
    if (untold > 0 && System.nanoTime() - complainedNanos >= COMPLAIN_NANOS) {
      complainedNanos = System.nanoTime();
      complainedOf += untold;
      LOG.warn(
          "{}: lines lost: {}: {}",
          to.text(),
          untold,
          problem.isEmpty() ? "they came faster than they could be written" : problem);
      problem = "";
    }
  }
}
