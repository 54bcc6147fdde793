package io.finward.proxy.file;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after files on a thread of its own, in turn, every so often. */
public final class FileWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("files");

  private final ScheduledExecutorService thread;

  private FileWatch(ScheduledExecutorService thread) {
    this.thread = thread;
  }

  /**
   * Begins to look after some files.
   *
   * @param every the time between two looks
   */
  public static FileWatch start(List<? extends WatchedFile<?>> files, Duration every) {
    FileWatch watch =
        new FileWatch(
            Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("finward-files").daemon().factory()));
    for (WatchedFile<?> file : files) {
      var _ =
          watch.thread.scheduleWithFixedDelay(
              () -> check(file), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }
    return watch;
  }

  private static void check(WatchedFile<?> file) {
    try {
      file.check();
    } catch (RuntimeException e) {
      // An exception would end the schedule.
      LOG.error("a bug while {} was read", file.path(), e);
    }
  }

  /** Ends the thread; what was read stays. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
