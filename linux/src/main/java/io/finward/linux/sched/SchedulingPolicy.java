package io.finward.linux.sched;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.Libc;
import java.lang.foreign.Arena;
import java.util.concurrent.ThreadFactory;
import org.slf4j.LoggerFactory;

/** A thread's scheduling policy, those of sched(7) that need no privilege. */
public enum SchedulingPolicy {
  /** SCHED_OTHER, what every thread has. */
  OTHER(0),

  /**
   * SCHED_BATCH: a thread that wakes up does not preempt the one that runs; it takes its turn when
   * that sleeps or has had its slice, some milliseconds at the most (kernel/sched/fair.c,
   * check_preempt_wakeup_fair). On a processor that is idle there is no difference.
   */
  BATCH(3);

  private final int number;

  SchedulingPolicy(int number) {
    this.number = number;
  }

  /** Threads of a factory, which give themselves this policy before they begin. */
  public ThreadFactory of(ThreadFactory threads) {
    return this == OTHER
        ? threads
        : task ->
            threads.newThread(() -> {
              apply();
              task.run();
            });
  }

  /** Gives the calling thread this policy. A kernel that refuses is worth a line in the log. */
  private void apply() {
    try (Arena arena = Arena.ofConfined()) {
      int answer = Libc.schedSetscheduler(0, number, arena.allocate(JAVA_INT));
      if (answer < 0) {
        // Configurations name policies before there is a log.
        LoggerFactory.getLogger(SchedulingPolicy.class)
            .warn("SCHED_{}: {}: not set", name(), Errno.name(-answer));
      }
    }
  }
}
