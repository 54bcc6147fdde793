package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.util.List;

/** ICMP errors about intercepted sessions: they are the proxy's affair, never the server's. */
final class IcmpErrors implements Scenario {
  private static final int SESSIONS = 50;

  @Override
  public String label() {
    return "icmp-error";
  }

  @Override
  public String summary() {
    return "frag-needed about 50 forgotten sessions, daemon alive and dead: none reaches the server";
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
    HalfClosed sessions = HalfClosed.open(trial, SESSIONS, 80);
    IcmpError error = new IcmpError(trial.family());
    NetworkNamespace client = trial.topology().client();
    trial.flushEntries();
    error.send(client, 80, sessions.ports());
    Leaks alive = trial.watch().leaks();
    trial.killProxy();
    trial.flushEntries();
    error.send(client, 80, sessions.ports());
    Leaks leaks = trial.watch().leaks();
    String note =
        "leaked with the daemon alive %d, dead %d"
            .formatted(alive.toServer(), leaks.toServer() - alive.toServer());
    return new Outcome(SESSIONS, 2 * SESSIONS, leaks, 0, leaks.none(), note);
  }
}
