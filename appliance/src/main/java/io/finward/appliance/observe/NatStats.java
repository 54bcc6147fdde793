package io.finward.appliance.observe;

import java.util.List;
import java.util.Map;

/** What the rules in the kernel are and have counted. Thread-safe; nothing blocks. */
public interface NatStats {
  /** Packets the wall stopped, by netfilter hook. */
  Map<String, Long> wallDrops();

  /** Untranslated packets of intercepted flows seen leaving the gateway. */
  long leaks();

  /** How often rules were found changed and put back. */
  long repairs();

  /** What is not as it should be now; empty when everything is in place. */
  List<String> deviations();
}
