package io.finward.appliance.wiring;

import io.finward.appliance.admin.Drain;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stop that leaves sessions time to end by themselves, as Apache's graceful-stop: nobody is
 * accepted any more, and when the last session is gone, or the time is over, the instance stops.
 * For any thread.
 */
final class Draining implements Drain {
  private static final Logger LOG = LoggerFactory.getLogger("appliance");
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final RunningGateway gateway;
  private final Runnable stop;
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * Of one instance.
   *
   * @param stop stops it, in order
   */
  Draining(RunningGateway gateway, Runnable stop) {
    this.gateway = gateway;
    this.stop = stop;
  }

  @Override
  public boolean begin(Duration within) {
    if (!begun.compareAndSet(false, true)) {
      return false;
    }
    Thread.ofPlatform().daemon().name("drain").start(() -> drain(within));
    return true;
  }

  private void drain(Duration within) {
    long end = System.nanoTime() + within.toNanos();
    gateway.stopListening();
    LOG.info("draining: {} sessions have {} s to end", open(), within.toSeconds());
    while (open() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    LOG.info("drained: {} sessions are left", open());
    stop.run();
  }

  private int open() {
    return gateway.observed().sessions().open();
  }
}
