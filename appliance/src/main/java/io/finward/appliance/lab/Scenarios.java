package io.finward.appliance.lab;

import java.util.List;
import java.util.Optional;

/** All scenarios; the default set is run in this order, the long ones first. */
final class Scenarios {
  private static final List<Scenario> ALL =
      List.of(
          new Plain(),
          Outage.KILLED,
          new LateFin(Oblivion.EXPIRED),
          new OwnRule(),
          new LateReply(),
          new Bystander(),
          new LateFin(Oblivion.FLUSHED),
          new LateData(Oblivion.EXPIRED, true),
          new LateData(Oblivion.FLUSHED, true),
          new LateData(Oblivion.EXPIRED, false),
          new LateData(Oblivion.FLUSHED, false),
          new LateRst(Oblivion.EXPIRED),
          new LateRst(Oblivion.FLUSHED),
          new LateServerFin(Oblivion.EXPIRED),
          new LateServerFin(Oblivion.FLUSHED),
          Outage.RESTARTED,
          new Rebooted(),
          new RulesFlushed(),
          new LostLastAck(),
          new PortFanIn(),
          new TupleReuse(),
          new UpstreamNat(),
          new IcmpErrors(),
          new Histories(),
          new Overrun(),
          new Flood(),
          new TableFull(),
          new Flush(),
          new Crowd(),
          new Curl(),
          new Differential(),
          new RealTime());

  private Scenarios() {}

  static List<Scenario> all() {
    return ALL;
  }

  static Optional<Scenario> named(String name) {
    return ALL.stream().filter(scenario -> scenario.label().equals(name)).findFirst();
  }
}
