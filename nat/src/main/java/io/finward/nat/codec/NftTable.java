package io.finward.nat.codec;

import io.finward.nat.rule.NatSettings;
import java.util.List;

/** The whole table {@code inet finward} for a configuration, as text for {@code nft -f}. */
public final class NftTable {
  /** The counters of the wall, by hook or clause. */
  private static final List<String> WALL_COUNTERS =
      List.of(
          "wall_prerouting",
          "wall_routed",
          "wall_forward",
          "wall_output",
          "wall_postrouting",
          "wall_upstream",
          "wall_server",
          "wall_icmp");

  private NftTable() {}

  /** The table's declaration; the same for the same settings, byte by byte. */
  public static String text(NatSettings settings) {
    List<Tuples> tuples = Tuples.of(settings);
    NftText text = new NftText();
    text.open("table inet " + Names.TABLE);
    counters(text, settings);
    Declarations.write(text, settings, tuples);
    if (settings.switches().tracking().partial()) {
      UntrackedChains.write(text, settings, tuples);
    }
    if (settings.switches().nat()) {
      InterceptChains.write(text, settings, tuples);
    }
    if (settings.switches().wall()) {
      WallChains.write(text, settings, tuples);
    }
    ObservingChains.write(text, settings);
    LeftChain.write(text, settings, tuples);
    return text.close().toString();
  }

  private static void counters(NftText text, NatSettings settings) {
    if (settings.switches().wall()) {
      WALL_COUNTERS.forEach(name -> text.line("counter " + name + " { }"));
    }
    text.line("counter " + Names.LEAKS_TO_SERVER + " { }");
    text.line("counter " + Names.LEAKS_TO_CLIENT + " { }").apart();
  }
}
