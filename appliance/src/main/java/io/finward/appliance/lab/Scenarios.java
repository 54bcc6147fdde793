package io.finward.appliance.lab;

import java.util.List;
import java.util.Optional;

/** All scenarios; the default set is run in this order, the long ones first. */
final class Scenarios {
  private static final List<Scenario> ALL =
      List.of(
          new Plain(),
          new Killed(),
          new LateFin(),
          new OwnRule(),
          new LateReply(),
          new Bystander());

  private Scenarios() {}

  static List<Scenario> all() {
    return ALL;
  }

  static Optional<Scenario> named(String name) {
    return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }
}
