package io.finward.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The user-space memory of a contestant's processes.
 *
 * @param kilobytes PSS; of a JVM's heap not the touched pages, which follow the collector's mood,
 *     but what is alive after a collection
 * @param descriptors open files, which tell whether a proxy holds what it is asked to hold
 */
record Footprint(double kilobytes, long descriptors) {
  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");
  private static final Pattern PSS = Pattern.compile("Pss: +(\\d+) kB");

  /** A line of {@code jcmd GC.heap_info}, of any collector that says used and where. */
  private static final Pattern GENERATION =
      Pattern.compile("used (\\d+)K.*\\[0x([0-9a-f]+),.*0x([0-9a-f]+)\\)");

  /**
   * One full collection of so many moves everything together (MarkSweepAlwaysCompactCount); the
   * others leave up to a twentieth of the old generation as it is, dead objects included.
   */
  private static final int COMPACTING = 4;

  static Footprint of(Stand stand) throws IOException {
    double kilobytes = 0;
    long descriptors = 0;
    for (long pid : stand.pids()) {
      kilobytes += stand.contestant().onJvm() ? jvm(pid) : pss(pid, 0, 0);
      try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
        descriptors += files.count();
      }
    }
    return new Footprint(kilobytes, descriptors);
  }

  private static double jvm(long pid) throws IOException {
    for (int i = 0; i < COMPACTING; i++) {
      jcmd(pid, "GC.run");
    }
    // What the compilers have given back to malloc, and malloc not yet to the kernel.
    jcmd(pid, "System.trim_native_heap");
    long used = 0;
    long lowest = Long.MAX_VALUE;
    long highest = 0;
    Matcher generation = GENERATION.matcher(jcmd(pid, "GC.heap_info"));
    while (generation.find()) {
      used += Long.parseLong(generation.group(1));
      lowest = Math.min(lowest, Long.parseUnsignedLong(generation.group(2), 16));
      highest = Math.max(highest, Long.parseUnsignedLong(generation.group(3), 16));
    }
    if (highest == 0) {
      throw new IOException("this collector's heap_info is not understood");
    }
    return used + pss(pid, lowest, highest);
  }

  /** PSS in kB of all mappings but those from one address to another. */
  private static double pss(long pid, long from, long to) throws IOException {
    long sum = 0;
    boolean counted = true;
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps"))) {
      Matcher mapping = MAPPING.matcher(line);
      if (mapping.matches()) {
        long start = Long.parseUnsignedLong(mapping.group(1), 16);
        counted = Long.compareUnsigned(start, from) < 0 || Long.compareUnsigned(start, to) >= 0;
        continue;
      }
      Matcher pss = PSS.matcher(line);
      if (counted && pss.matches()) {
        sum += Long.parseLong(pss.group(1));
      }
    }
    return sum;
  }

  private static String jcmd(long pid, String command) throws IOException {
    String tool = FinwardContestant.java().resolveSibling("jcmd").toString();
    Process process =
        new ProcessBuilder(List.of(tool, Long.toString(pid), command))
            .redirectErrorStream(true)
            .start();
    try (var out = process.getInputStream()) {
      return new String(out.readAllBytes(), UTF_8);
    }
  }
}
