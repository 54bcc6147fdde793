package io.finward.nat.apply;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.nat.codec.SetElements;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the wall every second that the daemon lives, and which connections are strangers. Has a
 * thread of its own; every method may be called from any thread, event loops too.
 */
public final class Heartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Two may be late before the wall takes us for dead. */
  private static final Duration ALIVE = Duration.ofSeconds(3);

  /** Longer than a sender goes on with a packet that is not answered would be pointless. */
  private static final Duration STRANGER = Duration.ofSeconds(60);

  /** Strangers come as fast as somebody sends garbage; what does not fit comes again. */
  private static final int MAX_QUEUED = 1000;

  private final TableSocket socket;
  private final ScheduledExecutorService thread;
  private final Runnable missing;
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicLong failures = new AtomicLong();

  private Heartbeat(TableSocket socket, ScheduledExecutorService thread, Runnable missing) {
    this.socket = socket;
    this.thread = thread;
    this.missing = missing;
  }

  /**
   * Starts in the calling thread's network namespace; the first beat is done when this returns.
   *
   * @param socket closed with the heartbeat
   * @param missing called on the heartbeat's thread when the table is not there
   * @throws KernelException EPERM without CAP_NET_ADMIN, ENOENT when the table is not there
   */
  static Heartbeat start(TableSocket socket, Runnable missing) throws KernelException {
    try {
      socket.transact("first heartbeat of the wall", SetElements.alive(ALIVE));
    } catch (KernelException e) {
      socket.close();
      throw e;
    }
    Heartbeat heartbeat =
        new Heartbeat(
            socket,
            Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("wall-heartbeat").daemon().factory()),
            missing);
    long period = PERIOD.toMillis();
    var _ =
        heartbeat.thread.scheduleAtFixedRate(
            heartbeat::beat, period, period, TimeUnit.MILLISECONDS);
    return heartbeat;
  }

  /**
   * Lets the wall refuse a connection's late packets for a minute. Comes to nothing when too many
   * wait: the sender comes again.
   */
  public void declareStranger(InetSocketAddress client, InetSocketAddress destination) {
    if (queued.incrementAndGet() > MAX_QUEUED) {
      queued.decrementAndGet();
      return;
    }
    try {
      thread.execute(() -> {
        queued.decrementAndGet();
        send("stranger", SetElements.stranger(client, destination, STRANGER));
      });
    } catch (RejectedExecutionException _) {
      queued.decrementAndGet();
    }
  }

  /** How many times the kernel did not take what was told it. */
  public long failures() {
    return failures.get();
  }

  /** Ends in order: the wall refuses from now on. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (thread.awaitTermination(5, TimeUnit.SECONDS)) {
        send("last heartbeat", SetElements.dead());
        socket.close();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void beat() {
    send("heartbeat", SetElements.alive(ALIVE));
  }

  private void send(String what, ByteBuffer batch) {
    try {
      socket.transact(what, batch);
    } catch (KernelException e) {
      failures.incrementAndGet();
      LOG.debug("the wall did not take a message", e);
      if (e.errno() == Errno.ENOENT && !thread.isShutdown()) {
        missing.run();
      }
    }
  }
}
