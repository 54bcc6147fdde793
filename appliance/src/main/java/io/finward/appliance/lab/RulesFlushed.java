package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Somebody flushes the gateway's rules, as Debian's own nftables.conf does when it is loaded. */
final class RulesFlushed implements Scenario {
  private static final int SESSIONS = 50;
  private static final Duration REPAIR = Duration.ofSeconds(5);

  @Override
  public String label() {
    return "rules-flushed";
  }

  @Override
  public String summary() {
    return "nft flush ruleset under open and half-closed sessions: none leaks, none is lost";
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
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy(Setup.usual(trial.variant()).withAllPorts());
    trial.serve(80, Http::answerAndClose);
    HalfClosed halfClosed = HalfClosed.open(trial, SESSIONS, 80);
    EchoSessions open = EchoSessions.open(trial, SESSIONS, 8000);
    NetworkNamespace gateway = trial.topology().gateway();
    gateway.run("nft", "flush", "ruleset");
    int alive = open.stillEcho();
    Waiting.require(
        REPAIR,
        "Finward's table put back",
        () -> gateway.run("nft", "list", "tables").contains("inet finward"));
    Leaks before = trial.watch().leaks();
    HalfClosed.Farewell farewell = halfClosed.close();
    alive = Math.min(alive, open.stillEcho());

    // To the client something may leak while the rules are gone; to the server never.
    Leaks leaks = trial.watch().leaks();
    boolean kept = leaks.toServer() == 0 && leaks.toClient() == before.toClient();
    boolean passed = kept && alive == SESSIONS && farewell.acknowledged() == SESSIONS;
    String note = "%d of %d open sessions went on; %s".formatted(alive, SESSIONS, farewell.note());
    int translated = alive + farewell.acknowledged();
    return new Outcome(2 * SESSIONS, 2 * SESSIONS, leaks, translated, passed, note);
  }
}
