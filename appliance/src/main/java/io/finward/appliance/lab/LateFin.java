package io.finward.appliance.lab;

import java.io.IOException;
import java.util.List;

/**
 * The server closes first; the client closes when the kernel has forgotten the connection.
 *
 * @param oblivion why it has
 */
record LateFin(Oblivion oblivion) implements Scenario {
  static final int SESSIONS = 100;

  @Override
  public String label() {
    return "late-fin" + oblivion.suffix();
  }

  @Override
  public String summary() {
    return switch (oblivion) {
      case EXPIRED -> "100 clients in CLOSE_WAIT close after the kernel's timeout: FINs are ACKed";
      case FLUSHED -> "100 clients in CLOSE_WAIT close right after conntrack -F: FINs are ACKed";
    };
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);
  }

  @Override
  public boolean peers() {
    return true;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy();
    Oblivion.prepare(trial);
    trial.serve(80, Http::answerAndClose);
    return farewell(trial, HalfClosed.open(trial, SESSIONS, 80), oblivion);
  }

  /** Late FINs of all these sessions, each of which must be ACKed. */
  static Outcome farewell(Trial trial, HalfClosed sessions, Oblivion oblivion) throws IOException {
    oblivion.happen(trial);
    HalfClosed.Farewell farewell = sessions.close();
    Leaks leaks = trial.watch().leaks();
    int all = sessions.size();
    boolean passed = leaks.none() && farewell.acknowledged() == all;
    return new Outcome(all, all, leaks, farewell.acknowledged(), passed, farewell.note());
  }
}
