package io.finward.appliance.lab;

import java.io.IOException;
import java.util.List;

/** The daemon is killed and its sessions' entries go; the rules alone must hold. */
final class Killed implements Scenario {
  @Override
  public String name() {
    return "killed";
  }

  @Override
  public String summary() {
    return "kill -9 with half-closed sessions: late FINs are answered by RST, none leaks; restart";
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy();
    trial.serve(80, Http::answerAndClose);
    HalfClosed whileDead = HalfClosed.open(trial, LateFin.SESSIONS, 80);
    HalfClosed afterRestart = HalfClosed.open(trial, LateFin.SESSIONS, 80);
    trial.killProxy();
    trial.forgetClientEntries();
    HalfClosed.Farewell dead = whileDead.close();
    trial.restartProxy();
    HalfClosed.Farewell restarted = afterRestart.close();
    HalfClosed.Farewell fresh = HalfClosed.open(trial, 10, 80).close();

    Leaks leaks = trial.watch().leaks();
    boolean freed = dead.stranded() == 0 && restarted.stranded() == 0;
    boolean passed = leaks.none() && freed && fresh.acknowledged() == 10;
    int sessions = whileDead.size() + afterRestart.size() + 10;
    int late = whileDead.size() + afterRestart.size();
    int translated = dead.acknowledged() + restarted.acknowledged();
    String note =
        "dead: %s; restarted: %s; new sessions: %s"
            .formatted(dead.note(), restarted.note(), fresh.note());
    return new Outcome(sessions, late, leaks, translated, passed, note);
  }
}
