package io.finward.appliance.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Strangers' late packets by the hundred thousand, and known ones among them. */
final class Flood implements Scenario {
  private static final int SESSIONS = 50;
  private static final int PACKETS = 200_000;
  private static final int SOURCES = 100;

  /** The kernel's clock tick in /proc (USER_HZ). */
  private static final int TICK_MILLIS = 10;

  @Override
  public String label() {
    return "flood";
  }

  @Override
  public String summary() {
    return "200,000 late packets of strangers from 100 addresses, and late FINs of ours after a"
        + " flush among them: ours are ACKed, nothing leaks";
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT);
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy();
    trial.serve(80, Http::answerAndClose);
    HalfClosed halfClosed = HalfClosed.open(trial, SESSIONS, 80);
    long before = cpuMillis(trial.proxy().pid());
    StrangerFlood flood = new StrangerFlood(trial, SOURCES);
    CompletableFuture<Integer> sent =
        CompletableFuture.supplyAsync(() -> {
          try {
            return flood.send(PACKETS);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    trial.flushEntries();
    HalfClosed.Farewell farewell = halfClosed.close();
    int strangers = sent.join();
    long cpu = cpuMillis(trial.proxy().pid()) - before;
    if (strangers < PACKETS / 2) {
      throw new IOException("%d of %d packets sent: no flood".formatted(strangers, PACKETS));
    }
    Leaks leaks = trial.watch().leaks();
    String note =
        "%d strangers cost the daemon %d ms of CPU; ours: %s"
            .formatted(strangers, cpu, farewell.note());
    boolean passed = leaks.none() && farewell.acknowledged() == SESSIONS;
    return new Outcome(SESSIONS, SESSIONS, leaks, farewell.acknowledged(), passed, note);
  }

  /** User and system time of a process so far. */
  private static long cpuMillis(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    // proc_pid_stat(5): utime and stime are fields 14 and 15; the name in field 2 may have blanks.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MILLIS;
  }
}
