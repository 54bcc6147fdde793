package io.finward.appliance.lab;

import java.io.IOException;
import java.util.List;

/**
 * Open, silent sessions whose clients send again when the kernel has forgotten them.
 *
 * @param oblivion why it has
 * @param loose what {@code nf_conntrack_tcp_loose} says: whether a packet in the middle of a
 *     connection may begin an entry
 */
record LateData(Oblivion oblivion, boolean loose) implements Scenario {
  private static final int SESSIONS = 50;

  @Override
  public String label() {
    return (loose ? "late-data" : "loose-0") + oblivion.suffix();
  }

  @Override
  public String summary() {
    String when =
        switch (oblivion) {
          case EXPIRED -> "after the kernel's timeout";
          case FLUSHED -> "right after conntrack -F";
        };
    return "50 silent sessions go on " + when + (loose ? "" : ", nf_conntrack_tcp_loose = 0");
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);
  }

  @Override
  public boolean usual() {
    return loose && oblivion == Oblivion.FLUSHED;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy();
    Oblivion.prepare(trial);
    Topology.sysctl(trial.topology().gateway(), "netfilter.nf_conntrack_tcp_loose", loose ? 1 : 0);
    EchoSessions sessions = EchoSessions.open(trial, SESSIONS, 80);
    oblivion.happen(trial);
    int alive = sessions.stillEcho();
    Leaks leaks = trial.watch().leaks();
    boolean passed = leaks.none() && alive == SESSIONS;
    String note = "%d of %d sessions went on".formatted(alive, SESSIONS);
    return new Outcome(SESSIONS, SESSIONS, leaks, alive, passed, note);
  }
}
