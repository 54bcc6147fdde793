package io.finward.appliance.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code conntrack -F} under thousands of sessions, and nobody says a word for a while. */
final class Flush implements Scenario {
  private static final int OPEN = 2_000;
  private static final int HALF_CLOSED = 2_000;
  private static final Duration AT_ONCE = Duration.ofSeconds(2);

  @Override
  public String label() {
    return "flush";
  }

  @Override
  public String summary() {
    return "conntrack -F under 2,000 open and 2,000 half-closed sessions: entries within 2 s, none lost";
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
    return 2 * OPEN + 2 * HALF_CLOSED;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy(Setup.usual(trial.variant()).withAllPorts());
    trial.serve(80, Http::answerAndClose);
    EchoSessions open = EchoSessions.open(trial, OPEN, 8000);
    HalfClosed halfClosed = HalfClosed.open(trial, HALF_CLOSED, 80);
    trial.flushEntries();
    long start = System.nanoTime();
    // Where the proxy keeps the client's address there is no NAT, and so no entry to miss.
    boolean wanted = !trial.variant().keepsClientAddress();
    boolean back =
        !wanted || Waiting.until(AT_ONCE, () -> trial.clientEntries() >= OPEN + HALF_CLOSED);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    int entries = trial.clientEntries();
    int alive = open.stillEcho();
    HalfClosed.Farewell farewell = halfClosed.close();

    Leaks leaks = trial.watch().leaks();
    String note =
        "%s%d of %d open sessions went on; half-closed: %s"
            .formatted(
                wanted ? "%d entries after %d ms; ".formatted(entries, millis) : "",
                alive,
                OPEN,
                farewell.note());
    boolean kept = alive == OPEN && farewell.acknowledged() == HALF_CLOSED;
    int all = OPEN + HALF_CLOSED;
    int translated = alive + farewell.acknowledged();
    return new Outcome(all, all, leaks, translated, leaks.none() && back && kept, note);
  }
}
