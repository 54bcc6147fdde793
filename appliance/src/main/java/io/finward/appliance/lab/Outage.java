package io.finward.appliance.lab;

import java.io.IOException;
import java.util.List;

/** The daemon goes with half-closed sessions, and comes back; the rules alone must hold. */
enum Outage implements Scenario {
  /** {@code kill -9}; the kernel's entries go as well. */
  KILLED("killed", "kill -9 with half-closed sessions: late FINs get RST, none leaks; restart") {
    @Override
    void begin(Trial trial) throws IOException {
      trial.killProxy();
      trial.flushEntries();
    }
  },
  /** SIGTERM, as at an update of the package. */
  RESTARTED(
      "restarted", "SIGTERM with half-closed sessions: late FINs get RST, none leaks; restart") {
    @Override
    void begin(Trial trial) throws IOException {
      trial.stopProxy();
      trial.flushEntries();
    }
  };

  private static final int NEW_SESSIONS = 10;

  private final String label;
  private final String summary;

  Outage(String label, String summary) {
    this.label = label;
    this.summary = summary;
  }

  abstract void begin(Trial trial) throws IOException;

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public boolean usual() {
    return this == KILLED;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy();
    trial.serve(80, Http::answerAndClose);
    HalfClosed closedMeanwhile = HalfClosed.open(trial, LateFin.SESSIONS, 80);
    HalfClosed closedAfter = HalfClosed.open(trial, LateFin.SESSIONS, 80);
    begin(trial);
    HalfClosed.Farewell meanwhile = closedMeanwhile.close();
    trial.restartProxy();
    HalfClosed.Farewell after = closedAfter.close();
    HalfClosed.Farewell fresh = HalfClosed.open(trial, NEW_SESSIONS, 80).close();

    Leaks leaks = trial.watch().leaks();
    boolean freed = meanwhile.stranded() == 0 && after.stranded() == 0;
    boolean passed = leaks.none() && freed && fresh.acknowledged() == NEW_SESSIONS;
    int late = closedMeanwhile.size() + closedAfter.size();
    String note =
        "down: %s; up again: %s; new sessions: %s"
            .formatted(meanwhile.note(), after.note(), fresh.note());
    int translated = meanwhile.acknowledged() + after.acknowledged();
    return new Outcome(late + NEW_SESSIONS, late, leaks, translated, passed, note);
  }
}
