package io.finward.appliance.apache;

import io.finward.appliance.apache.syntax.Node.Directive;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** RequestReadTimeout: how long a head may take, and how slowly a body may come. */
final class ReadTimeouts {
  private static final int LONGEST_SECONDS = 365 * 24 * 3600;
  private static final Pattern STAGE =
      Pattern.compile("(?i)(handshake|header|body)=([0-9]+)(?:-([0-9]+))?(?:,minrate=([0-9]+))?");

  private final List<Door> doors;
  private final Ledger ledger;
  private @Nullable Directive head;
  private @Nullable Directive body;
  private int headSeconds;
  private int bodySeconds;
  private int bodyRate;

  ReadTimeouts(List<Door> doors, Ledger ledger) {
    this.doors = doors;
    this.ledger = ledger;
  }

  void write(ConfText out) {
    for (Door door : doors) {
      for (Directive directive : door.scope().every("RequestReadTimeout")) {
        for (String word : directive.words()) {
          read(directive, word);
        }
      }
    }
    Directive heads = head;
    if (heads != null && headSeconds == 0) {
      ledger.remark(heads, "there is always a limit; head-timeout has its default");
    } else if (heads != null) {
      out.line("head-timeout = %ds".formatted(headSeconds), List.of(heads));
    }
    Directive bodies = body;
    if (bodies != null && bodyRate > 0) {
      out.line("slow-for = %ds".formatted(bodySeconds), List.of(bodies));
    }
    if (bodies != null) {
      out.line("body-rate = " + bodyRate, List.of(bodies));
    }
  }

  private void read(Directive directive, String word) {
    Matcher stage = STAGE.matcher(word);
    if (!stage.matches()) {
      ledger.notCarried(directive, "\"%s\" is not understood".formatted(word));
      return;
    }
    int least = seconds(stage.group(2));
    int longest = stage.group(3) == null ? least : seconds(stage.group(3));
    int rate = stage.group(4) == null ? 0 : Numbers.count(String.valueOf(stage.group(4)));
    switch (String.valueOf(stage.group(1)).toLowerCase(java.util.Locale.ROOT)) {
      case "header" -> {
        headSeconds = longest;
        head = directive;
        ledger.carried(directive);
      }
      case "body" -> readBody(directive, least, longest, rate);
      default -> ledger.notCarried(directive, "a door behind TLS is not carried over");
    }
  }

  private void readBody(Directive directive, int least, int longest, int rate) {
    if (least > 0 && rate <= 0) {
      ledger.notCarried(directive, "a body has a least rate (MinRate), no time limit of its own");
      return;
    }
    bodySeconds = least;
    bodyRate = least == 0 ? 0 : rate;
    body = directive;
    ledger.carried(directive);
    if (longest > least) {
      ledger.remark(
          directive, "a body that is fast enough may take longer than %d s".formatted(longest));
    }
  }

  private static int seconds(@Nullable String text) {
    return Math.clamp(Numbers.count(String.valueOf(text)), 0, LONGEST_SECONDS);
  }
}
