package io.finward.appliance.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A client uses one port of its own to two ports of the server, and both go to one port of the
 * proxy: the kernel must give one of them another client port, which the proxy sees.
 */
final class PortFanIn implements Scenario {
  private static final int CLIENT_PORTS = 25;
  private static final int FIRST_CLIENT_PORT = 40_000;
  private static final List<Integer> SERVER_PORTS = List.of(80, 81);

  @Override
  public String label() {
    return "port-fan-in";
  }

  @Override
  public String summary() {
    return "one client port to two ports of the server behind one redirect port: late FINs are ACKed";
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT, Interception.OWN_RULE);
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy(Setup.usual(trial.variant()).withAllPorts());
    Oblivion.prepare(trial);
    var clients = new ArrayList<LabSocket>();
    for (int port : SERVER_PORTS) {
      trial.serve(port, Http::answerAndClose);
      for (int i = 0; i < CLIENT_PORTS; i++) {
        clients.add(trial.dialFrom(FIRST_CLIENT_PORT + i, port));
      }
    }
    HalfClosed sessions = HalfClosed.of(trial, clients);
    Oblivion.EXPIRED.happen(trial);
    HalfClosed.Farewell farewell = sessions.close();
    Leaks leaks = trial.watch().leaks();
    // A client's port counts when both its sessions were ACKed.
    int acknowledged = farewell.acknowledged() * SERVER_PORTS.size();
    boolean passed = leaks.none() && acknowledged == sessions.size();
    String note = "client ports: " + farewell.note();
    return new Outcome(sessions.size(), sessions.size(), leaks, acknowledged, passed, note);
  }
}
