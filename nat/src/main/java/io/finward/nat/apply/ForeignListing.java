package io.finward.nat.apply;

import io.finward.nat.codec.ForeignDrop;
import io.finward.nat.codec.ForeignRules;
import io.finward.nat.codec.ForeignState;
import io.finward.nat.codec.UntrackedKey;
import java.util.ArrayList;
import java.util.List;

/** Asks nft, and iptables-legacy where it is in use, for rules of others that stand in our way. */
final class ForeignListing {
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
    for (LegacyTables legacy : LegacyTables.values()) {
      if (legacy.inUse()) {
        Tool.Answer answer = Tool.ask("", List.of(legacy.save()));
        if (answer.ok()) {
          drops.addAll(ForeignRules.inLegacy(legacy.family(), answer.output()));
        }
      }
    }
    return drops;
  }

  private static String ruleset() throws NatException {
    return Tool.run("", List.of("nft", "-a", "-y", "-t", "list", "ruleset"));
  }
}
