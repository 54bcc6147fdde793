package io.finward.nat.apply;

import io.finward.nat.codec.ForeignDrop;
import io.finward.nat.codec.ForeignRules;
import io.finward.nat.codec.ForeignState;
import io.finward.nat.codec.UntrackedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks nft, and iptables-legacy where it is in use, for rules of others that stand in our way. */
final class ForeignListing {
  /** Listing the tables by the tool would load their modules. The thread's namespace counts. */
  private static final Map<String, Path> LEGACY_TABLES =
      Map.of(
          "iptables-legacy-save", Path.of("/proc/thread-self/net/ip_tables_names"),
          "ip6tables-legacy-save", Path.of("/proc/thread-self/net/ip6_tables_names"));

  private ForeignListing() {}

  /**
   * Those that ask the gateway's own connections for their entry; nft's alone.
   *
   * @param keys the configuration's keys by which they have none
   */
  static List<ForeignState> askingForState(List<UntrackedKey> keys) throws NatException {
    if (keys.isEmpty()) {
      return List.of();
    }
    String listing = ruleset();
    return keys.stream()
        .flatMap(key -> ForeignRules.askingForState(key, listing).stream())
        .toList();
  }

  /** Those that drop INVALID packets. */
  static List<ForeignDrop> drops() throws NatException {
    List<ForeignDrop> drops = new ArrayList<>(ForeignRules.inRuleset(ruleset()));
    for (var legacy : LEGACY_TABLES.entrySet()) {
      if (inUse(legacy.getValue())) {
        Tool.Answer answer = Tool.ask("", List.of(legacy.getKey()));
        if (answer.ok()) {
          String family = legacy.getKey().startsWith("ip6") ? "ip6" : "ip";
          drops.addAll(ForeignRules.inLegacy(family, answer.output()));
        }
      }
    }
    return drops;
  }

  private static String ruleset() throws NatException {
    return Tool.run("", List.of("nft", "-a", "-y", "-t", "list", "ruleset"));
  }

  private static boolean inUse(Path names) {
    try {
      return !Files.readString(names).isBlank();
    } catch (IOException _) {
      return false;
    }
  }
}
