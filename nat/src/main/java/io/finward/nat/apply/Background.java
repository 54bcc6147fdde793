package io.finward.nat.apply;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Work on a thread of its own, because it waits for processes, in the network namespace of the
 * thread that began it: new threads are where their parents are.
 *
 * @param <T> what it comes to
 */
public final class Background<T> {
  private final FutureTask<T> task;

  private Background(FutureTask<T> task) {
    this.task = task;
  }

  /** Begins the work. What it throws beside {@link NatException} is a bug. */
  static <T> Background<T> begin(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().name(name).start(task);
    return new Background<>(task);
  }

  /**
   * What the work came to; waits for its end.
   *
   * @throws NatException the work's own, or that somebody wanted the wait to end
   */
  public T await() throws NatException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case NatException refused -> throw refused;
        case RuntimeException bug -> throw bug;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NatException(NatException.Reason.REFUSED, "rules: interrupted", e);
    }
  }
}
