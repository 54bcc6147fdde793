package io.finward.nat.apply;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The tables of iptables-legacy, which nft does not list and of which no notification tells. To
 * list them by their own tool would load their modules, so the kernel is asked for their names
 * first, in the calling thread's network namespace.
 */
enum LegacyTables {
  IP("ip", "iptables-legacy-save", "ip_tables_names"),
  IP6("ip6", "ip6tables-legacy-save", "ip6_tables_names");

  private final String family;
  private final String save;
  private final Path names;

  LegacyTables(String family, String save, String names) {
    this.family = family;
    this.save = save;
    this.names = Path.of("/proc/thread-self/net", names);
  }

  /** Whether there are tables of either family. */
  static boolean anyInUse() {
    return Arrays.stream(values()).anyMatch(LegacyTables::inUse);
  }

  /** As nft calls it. */
  String family() {
    return family;
  }

  /** The tool that writes the tables out. */
  String save() {
    return save;
  }

  boolean inUse() {
    try {
      return !Files.readString(names).isBlank();
    } catch (IOException _) {
      return false;
    }
  }
}
