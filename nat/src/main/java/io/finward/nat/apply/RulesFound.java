package io.finward.nat.apply;

import io.finward.nat.rule.Family;
import java.util.Map;
import java.util.Optional;

/** What the kernel had of ours when it was asked: the nft table, and what routing has. */
public final class RulesFound {
  private final Optional<TableListing> table;
  private final Map<Family, PolicyRouting.Present> routing;

  private RulesFound(Optional<TableListing> table, Map<Family, PolicyRouting.Present> routing) {
    this.table = table;
    this.routing = routing;
  }

  /** Asks for all of it at once, each on a thread of its own. */
  static RulesFound ask(Nft nft) throws NatException {
    Background<Optional<TableListing>> table =
        Background.begin("rules-table", () -> OwnTable.list(nft));
    Map<Family, PolicyRouting.Present> routing = PolicyRouting.present();
    return new RulesFound(table.await(), routing);
  }

  /** The table; empty when there is none. */
  Optional<TableListing> table() {
    return table;
  }

  /** What routing has, for every family. */
  Map<Family, PolicyRouting.Present> routing() {
    return routing;
  }
}
