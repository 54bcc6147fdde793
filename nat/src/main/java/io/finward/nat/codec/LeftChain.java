package io.finward.nat.codec;

import io.finward.nat.rule.Family;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;
import java.util.List;

/**
 * The last chain that a packet passes: the wall once more, now after source NAT, and then the count
 * of what leaves untranslated in spite of everything. One chain, for each costs every packet
 * something.
 */
final class LeftChain {
  private LeftChain() {}

  static void write(NftText text, NatSettings settings, List<Tuples> tuples) {
    Chains.base(text, "left", "filter", "postrouting", Chains.LAST)
        .line("meta l4proto != tcp accept")
        .line("oif \"lo\" accept");
    if (settings.switches().wall()) {
      text.line(
          "meta mark %s ct state invalid goto late_upstream"
              .formatted(Marks.hex(settings.marks().upstream())));
      replies(text, settings, "goto late_reply_left");
    } else {
      replies(text, settings, "counter name " + Names.LEAKS_TO_CLIENT + " accept");
    }
    text.remark("From here on what is forwarded: it has come in by some interface.")
        .line("meta iif 0 accept")
        .remark("What goes to a server in spite of everything above. Should stay 0.")
        .line(WallText.OPENED_BY_SERVER + " accept");
    for (Tuples one : tuples) {
      for (Family family : one.families()) {
        leak(text, one.original(family));
      }
    }
    for (String match : WallText.learned(settings)) {
      leak(text, match + " ct state invalid");
      leak(text, match + " ct status dnat ct direction original");
    }
    text.close();
  }

  private static void replies(NftText text, NatSettings settings, String verdict) {
    WallText.untranslatedReplies(settings).forEach(match -> text.line(match + " " + verdict));
  }

  private static void leak(NftText text, String match) {
    text.line("%s counter name %s accept".formatted(match, Names.LEAKS_TO_SERVER));
  }
}
