package io.finward.proxy.door;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one deadline of a client: that of a head, of a kept connection, of a farewell. It is set anew
 * several times with each request, so a timer of the loop is left running when the deadline moves
 * away, and looks again when it is due. Belongs to its loop.
 */
final class ClientClock {
  private final EventLoop loop;
  private @Nullable Future<?> timer;
  private long timerDue;
  private @Nullable Runnable late;
  private long due;

  ClientClock(EventLoop loop) {
    this.loop = loop;
  }

  /** Runs {@code action} after a while, unless armed anew or disarmed before. */
  void arm(Duration after, Runnable action) {
    late = action;
    due = loop.ticker().nanoTime() + after.toNanos();
    if (timer == null) {
      start();
    } else if (due - timerDue < 0) {
      cancel();
      start();
    }
  }

  /** Nothing is awaited. */
  void disarm() {
    late = null;
  }

  /** Nothing will be awaited any more: leaves nothing behind on the loop. */
  void stop() {
    late = null;
    cancel();
  }

  private void cancel() {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
      timer = null;
    }
  }

  private void start() {
    timerDue = due;
    timer = loop.schedule(this::look, due - loop.ticker().nanoTime(), TimeUnit.NANOSECONDS);
  }

  private void look() {
    timer = null;
    Runnable action = late;
    if (action == null) {
      return;
    }
    if (due - loop.ticker().nanoTime() > 0) {
      start();
    } else {
      late = null;
      action.run();
    }
  }
}
