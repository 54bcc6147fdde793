package io.finward.appliance.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Nothing is cut short: clients in CLOSE_WAIT for the kernel's true 60 s, and for two minutes. */
final class RealTime implements Scenario {
  private static final int SESSIONS = 50;
  private static final Duration A_MINUTE = Duration.ofSeconds(62);

  @Override
  public String label() {
    return "real-time";
  }

  @Override
  public String summary() {
    return "the kernel's true timeouts: 50 clients close after a minute, 50 after two";
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
  public boolean usual() {
    return false;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy();
    trial.serve(80, Http::answerAndClose);
    HalfClosed first = HalfClosed.open(trial, SESSIONS, 80);
    HalfClosed second = HalfClosed.open(trial, SESSIONS, 80);
    Waiting.pause(A_MINUTE);
    HalfClosed.Farewell afterOne = first.close();
    Waiting.pause(A_MINUTE);
    HalfClosed.Farewell afterTwo = second.close();
    Leaks leaks = trial.watch().leaks();
    int acknowledged = afterOne.acknowledged() + afterTwo.acknowledged();
    boolean passed = leaks.none() && acknowledged == 2 * SESSIONS;
    String note = "one minute: %s; two: %s".formatted(afterOne.note(), afterTwo.note());
    return new Outcome(2 * SESSIONS, 2 * SESSIONS, leaks, acknowledged, passed, note);
  }
}
