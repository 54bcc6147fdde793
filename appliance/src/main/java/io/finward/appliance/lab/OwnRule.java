package io.finward.appliance.lab;

import java.io.IOException;
import java.util.List;

/** The administrator keeps the iptables rule of their Apache gateway; Finward adds no NAT. */
final class OwnRule implements Scenario {
  private static final List<Integer> PORTS = List.of(80, 8000, 22);

  @Override
  public String label() {
    return "own-rule";
  }

  @Override
  public String summary() {
    return "iptables -j REDIRECT --to-ports 80 for all ports, rules.nat = false: late FINs ACKed";
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.OWN_RULE);
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy();
    Oblivion.prepare(trial);
    for (int port : PORTS) {
      trial.serve(port, Http::answerAndClose);
      try (LabSocket client = trial.dial(port)) {
        client.send(Http.request(trial.family()));
        if (!Http.isAnswer(client.receiveToEnd())) {
          throw new IOException("port %d: not the server's answer".formatted(port));
        }
      }
    }
    HalfClosed sessions = HalfClosed.open(trial, LateFin.SESSIONS, PORTS.getFirst());
    return LateFin.farewell(trial, sessions, Oblivion.EXPIRED);
  }
}
