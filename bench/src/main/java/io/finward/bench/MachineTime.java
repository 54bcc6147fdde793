package io.finward.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the machine's CPUs have done, in ticks.
 *
 * @param total all of it
 * @param busy user and system; the kernel counts what interrupts cost apart, for nobody
 * @param stolen taken by the hypervisor
 * @param ours what this program and its children have had of it
 */
record MachineTime(long total, long busy, long stolen, long ours) {
  /**
   * What happened between two looks, as parts of all CPU time.
   *
   * @param stolen taken by the hypervisor
   * @param others taken by programs that have nothing to do with the benchmark
   */
  record Share(double stolen, double others) {}

  static MachineTime now() throws IOException {
    String[] words =
        Files.readString(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +", -1);
    long[] ticks = new long[8];
    long total = 0;
    for (int i = 0; i < ticks.length; i++) {
      ticks[i] = Long.parseLong(words[i + 1]);
      total += ticks[i];
    }
    return new MachineTime(total, ticks[0] + ticks[1] + ticks[2], ticks[7], ourTicks());
  }

  Share since(MachineTime earlier) {
    double all = Math.max(1, total - earlier.total);
    long foreign = (busy - earlier.busy) - (ours - earlier.ours);
    return new Share((stolen - earlier.stolen) / all, Math.max(0, foreign) / all);
  }

  private static long ourTicks() throws IOException {
    long sum = sum(ProcessHandle.current().pid());
    for (ProcessHandle child : ProcessHandle.current().descendants().toList()) {
      // One that has just ended is among its parent's reaped children.
      if (Files.exists(Path.of("/proc/" + child.pid()))) {
        sum += sum(child.pid());
      }
    }
    return sum;
  }

  private static long sum(long pid) throws IOException {
    long sum = 0;
    for (long ticks : CpuTime.stat(Path.of("/proc/" + pid + "/stat"))) {
      sum += ticks;
    }
    return sum;
  }
}
