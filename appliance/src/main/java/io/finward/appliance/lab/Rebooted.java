package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The gateway comes back with nothing in its memory: its clients' flows are known to nobody. */
final class Rebooted implements Scenario {
  @Override
  public String label() {
    return "rebooted";
  }

  @Override
  public String summary() {
    return "flows from before a reboot of the gateway: late FINs get RST, none leaks";
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
    trial.startProxy();
    // The dead proxy's sockets, which a reboot would take along, go after this time.
    Topology.sysctl(trial.topology().gateway(), "ipv4.tcp_fin_timeout", 1);
    trial.serve(80, Http::answerAndClose);
    HalfClosed sessions = HalfClosed.open(trial, LateFin.SESSIONS, 80);
    trial.killProxy();
    forget(trial);
    trial.restartProxy();
    HalfClosed.Farewell farewell = sessions.close();
    Leaks leaks = trial.watch().leaks();
    boolean passed = leaks.none() && farewell.stranded() == 0;
    int all = sessions.size();
    return new Outcome(all, all, leaks, farewell.acknowledged(), passed, farewell.note());
  }

  private static void forget(Trial trial) throws IOException {
    NetworkNamespace gateway = trial.topology().gateway();
    gateway.run("nft", "flush", "ruleset");
    for (String family : List.of("-4", "-6")) {
      gateway.run("ip", family, "rule", "flush");
      gateway.run("ip", family, "rule", "add", "pref", "32766", "lookup", "main");
    }
    trial.flushEntries();
    SocketTable sockets = new SocketTable(gateway);
    Waiting.require(
        Duration.ofSeconds(10),
        "the dead proxy's sockets gone",
        () -> sockets.localPorts(SocketTable.State.FIN_WAIT2).isEmpty());
  }
}
