package io.finward.bench;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The CPU time, user and system, that some processes and their children have had.
 *
 * @param threads nanoseconds of each living thread (proc/PID/task/TID/schedstat)
 * @param ticks of the processes, ended threads included: exact, but in steps of 10 ms
 * @param reaped ticks of children that have ended
 */
record CpuTime(Map<Path, Long> threads, long ticks, long reaped) {
  private static final double NANOS_PER_TICK = 1e7;

  /** How far ticks may be above the threads' sum by rounding alone. */
  private static final double ROUNDING = 4 * NANOS_PER_TICK;

  /** Fields of proc_pid_stat(5) after the name: utime is the 14th of all. */
  private static final int UTIME = 11;

  static CpuTime of(List<Long> pids) throws IOException {
    var threads = new HashMap<Path, Long>();
    long ticks = 0;
    long reaped = 0;
    for (long pid : pids) {
      if (Files.notExists(Path.of("/proc/" + pid))) {
        continue; // A child that has just ended; its parent has its time.
      }
      threads.putAll(threads(pid));
      long[] stat = stat(Path.of("/proc/" + pid + "/stat"));
      ticks += stat[0] + stat[1];
      reaped += stat[2] + stat[3];
    }
    return new CpuTime(threads, ticks, reaped);
  }

  /** Nanoseconds since an earlier look at the same processes. */
  double since(CpuTime earlier) {
    double living = 0;
    for (Map.Entry<Path, Long> thread : threads.entrySet()) {
      living += thread.getValue() - earlier.threads.getOrDefault(thread.getKey(), 0L);
    }
    double counted = (ticks - earlier.ticks) * NANOS_PER_TICK;
    // A thread that ended in between is only in the ticks.
    double own = counted > living + ROUNDING ? counted : living;
    return own + (reaped - earlier.reaped) * NANOS_PER_TICK;
  }

  /** User, system, and the two of reaped children, in ticks. */
  static long[] stat(Path file) throws IOException {
    String text = Files.readString(file);
    String[] words = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
    long[] times = new long[4];
    for (int i = 0; i < times.length; i++) {
      times[i] = Long.parseLong(words[UTIME + i]);
    }
    return times;
  }

  private static Map<Path, Long> threads(long pid) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return tasks.collect(toMap(task -> task, CpuTime::nanos));
    }
  }

  private static long nanos(Path task) {
    try {
      return Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", 2)[0]);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
