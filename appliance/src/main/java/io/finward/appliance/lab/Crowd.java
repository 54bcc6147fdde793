package io.finward.appliance.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** As many sessions as one daemon can have with 20,000 file descriptors. */
final class Crowd implements Scenario {
  private static final int SESSIONS = 9_000;
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
  private static final Duration END = Duration.ofSeconds(30);

  @Override
  public String label() {
    return "crowd";
  }

  @Override
  public String summary() {
    return "9,000 open sessions at once: all echo, all end; memory for a session";
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public int descriptors() {
    return SESSIONS + 200;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy();
    Path process = Path.of("/proc", Long.toString(trial.proxy().pid()));
    Memory memoryBefore = Memory.of(process);
    int descriptorsBefore = descriptors(process);
    EchoProcess.start(trial, 80);
    EchoSessions sessions = EchoSessions.openTo(trial, SESSIONS, 80);
    Memory memory = Memory.of(process);
    int alive = sessions.stillEcho();
    int descriptors = descriptors(process);
    sessions.close();
    boolean ended = Waiting.until(END, () -> descriptors(process) <= descriptorsBefore + 10);

    Leaks leaks = trial.watch().leaks();
    String note =
        "%d of %d echo twice; %s; %d descriptors, %d after the end"
            .formatted(
                alive,
                SESSIONS,
                memory.growthPerSession(memoryBefore),
                descriptors,
                descriptors(process));
    boolean passed = leaks.none() && alive == SESSIONS && ended;
    return new Outcome(SESSIONS, 0, leaks, 0, passed, note);
  }

  /**
   * KB of memory of a process.
   *
   * @param resident its share of the machine's memory, garbage and all; pages that Java touched
   *     while it started serve the first sessions
   * @param heap what is alive of Java's heap
   */
  private record Memory(long resident, long heap) {
    static Memory of(Path process) throws IOException {
      long heap = liveHeap(process.getFileName().toString());
      for (String line : Files.readAllLines(process.resolve("smaps_rollup"))) {
        if (line.startsWith("Pss:")) {
          return new Memory(Long.parseLong(line.replaceAll("\\D", "")), heap);
        }
      }
      throw new IOException("no Pss in " + process.resolve("smaps_rollup"));
    }

    /** Collects the garbage, then counts. */
    private static long liveHeap(String pid) throws IOException {
      String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
      Process histogram =
          new ProcessBuilder(jcmd, pid, "GC.class_histogram").redirectErrorStream(true).start();
      String said = new String(histogram.getInputStream().readAllBytes(), UTF_8);
      Matcher total = TOTAL.matcher(said);
      if (!total.find()) {
        throw new IOException("jcmd GC.class_histogram: " + said.strip());
      }
      return Long.parseLong(total.group(1)) / 1024;
    }

    String growthPerSession(Memory before) {
      return "%.1f KB of Java's heap and %.1f KB of PSS a session"
          .formatted(
              (heap - before.heap) / (double) SESSIONS,
              (resident - before.resident) / (double) SESSIONS);
    }
  }

  private static int descriptors(Path process) throws IOException {
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      return (int) open.count();
    }
  }
}
