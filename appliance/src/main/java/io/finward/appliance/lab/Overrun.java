package io.finward.appliance.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** More of the kernel's events at once than any buffer holds: the proxy must look for itself. */
final class Overrun implements Scenario {
  private static final int OTHERS = 150_000;
  private static final int SESSIONS = 50;
  private static final Duration RESYNC = Duration.ofSeconds(5);

  @Override
  public String label() {
    return "overrun";
  }

  @Override
  public String summary() {
    return "conntrack -F of 150,000 entries, events get lost: all sessions have an entry again";
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
    trial.startProxy(Setup.usual(trial.variant()).withAllPorts());
    new Filler(trial).add(OTHERS);
    trial.serve(80, Http::answerAndClose);
    EchoSessions open = EchoSessions.open(trial, SESSIONS, 8000);
    HalfClosed halfClosed = HalfClosed.open(trial, SESSIONS, 80);
    trial.flushEntries();
    boolean back = Waiting.until(RESYNC, () -> trial.clientEntries() >= 2 * SESSIONS);
    int entries = trial.clientEntries();
    long lost = lostMessages(trial.proxy().pid());
    if (lost == 0) {
      throw new IOException("no event was lost: nothing was shown");
    }
    int alive = open.stillEcho();
    HalfClosed.Farewell farewell = halfClosed.close();

    Leaks leaks = trial.watch().leaks();
    boolean kept = alive == SESSIONS && farewell.acknowledged() == SESSIONS;
    String note =
        "%d losses; %d entries again; %d of %d open sessions went on; half-closed: %s"
            .formatted(lost, entries, alive, SESSIONS, farewell.note());
    int translated = alive + farewell.acknowledged();
    boolean passed = leaks.none() && back && kept;
    return new Outcome(2 * SESSIONS, 2 * SESSIONS, leaks, translated, passed, note);
  }

  /** What the kernel could not deliver to netlink sockets of the process's namespace. */
  private static long lostMessages(long pid) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/" + pid + "/net/netlink"));
    // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
    return lines.stream()
        .skip(1)
        .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", -1)[8]))
        .sum();
  }
}
