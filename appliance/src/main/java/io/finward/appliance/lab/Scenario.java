package io.finward.appliance.lab;

import java.io.IOException;
import java.util.List;

/** Something that happens to connections on a gateway, and what must not come of it. */
interface Scenario {
  /** The name on the command line and in the report. */
  String label();

  /** One line for {@code --list}. */
  String summary();

  /** The ways it is run with Finward. */
  List<Variant> variants();

  /** Whether it can be run with a peer, by the plain redirect rule. */
  default boolean peers() {
    return false;
  }

  /** Whether it belongs to the default set; others are run by name only. */
  default boolean usual() {
    return true;
  }

  /** File descriptors that the lab's own process needs for it, about. */
  default int descriptors() {
    return 1_000;
  }

  /** Runs it. An exception is a failure of the scenario, with its message as what was seen. */
  Outcome run(Trial trial) throws IOException;
}
