package io.finward.appliance.lab;

import java.io.IOException;
import java.util.List;

/** The server closes first; the client closes when the kernel has forgotten the connection. */
final class LateFin implements Scenario {
  static final int SESSIONS = 100;

  @Override
  public String name() {
    return "late-fin";
  }

  @Override
  public String summary() {
    return "100 clients in CLOSE_WAIT close after the kernel's timeout: each FIN is ACKed";
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
    trial.serve(80, Http::answerAndClose);
    return farewell(trial, HalfClosed.open(trial, SESSIONS, 80));
  }

  /** Late FINs of all these sessions, each of which must be ACKed. */
  static Outcome farewell(Trial trial, HalfClosed sessions) throws IOException {
    sessions.outliveTheKernelsEntries();
    HalfClosed.Farewell farewell = sessions.close();
    Leaks leaks = trial.watch().leaks();
    int all = sessions.size();
    boolean passed = leaks.none() && farewell.acknowledged() == all;
    return new Outcome(all, all, leaks, farewell.acknowledged(), passed, farewell.note());
  }
}
