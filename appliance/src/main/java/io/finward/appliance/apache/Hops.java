package io.finward.appliance.apache;

import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The settings of {@code explicit} about what requests are told here and where they come from. */
final class Hops {
  private static final int LEAST_BUFFER = 512;

  private final Function<String, @Nullable Directive> one;
  private final Ledger ledger;

  /**
   * @param one the directive of a name that counts for all doors
   */
  Hops(Function<String, @Nullable Directive> one, Ledger ledger) {
    this.one = one;
    this.ledger = ledger;
  }

  void write(ConfText out) {
    via(out);
    forwards(out);
    setting(
        out,
        "ProxyDomain",
        "domain",
        word -> word.matches("(\\.[A-Za-z0-9_-]{1,63})+") && word.length() <= 200,
        "a domain with its leading dot is wanted");
    setting(
        out,
        "ProxySourceAddress",
        "source-address",
        Addresses::isAddress,
        "an address is wanted, not a name");
    buffer(out);
    clientHeaders(out);
  }

  private void via(ConfText out) {
    Directive via = one.apply("ProxyVia");
    if (via == null) {
      return;
    }
    String word = via.word(0).toLowerCase(Locale.ROOT);
    if (Set.of("on", "off", "full", "block").contains(word)) {
      out.line("via = " + word, carried(via));
    } else {
      ledger.notCarried(via, "one of Off, On, Full and Block is wanted");
    }
  }

  private void forwards(ConfText out) {
    Directive most = one.apply("ProxyMaxForwards");
    if (most == null) {
      return;
    }
    int number = Numbers.count(most.word(0));
    if (number >= 0) {
      out.line("max-forwards = " + number, carried(most));
    } else if (!Known.isUsual(most.name(), most.word(0))) {
      ledger.notCarried(most, "a number is wanted");
    }
  }

  private void setting(
      ConfText out, String name, String key, Function<String, Boolean> fits, String wanted) {
    Directive directive = one.apply(name);
    if (directive == null) {
      return;
    }
    String word = directive.word(0);
    if (fits.apply(word)) {
      out.line(key + " = " + Hocon.quoted(word), carried(directive));
    } else {
      ledger.notCarried(directive, wanted);
    }
  }

  /** Zero is the kernel's choice, as without it. */
  private void buffer(ConfText out) {
    Directive size = one.apply("ProxyReceiveBufferSize");
    if (size == null || size.word(0).equals("0")) {
      return;
    }
    int bytes = Numbers.count(size.word(0));
    if (bytes >= LEAST_BUFFER && bytes <= 1 << 30) {
      out.line("receive-buffer = " + bytes, carried(size));
    } else {
      ledger.notCarried(size, "0, or at least 512 bytes, are wanted");
    }
  }

  /** Apache tells of its clients as a reverse proxy only: nothing may be told that was not. */
  private void clientHeaders(ConfText out) {
    Directive told = one.apply("ProxyAddHeaders");
    if (told != null && told.word(0).equalsIgnoreCase("on")) {
      out.comment(
          "# %s: Apache as a forward proxy adds none. To tell origins of clients:"
              .formatted(told.text()));
      out.comment("# client-headers = [x-forwarded-for, x-forwarded-host, x-forwarded-server]");
    }
    if (told != null) {
      ledger.settle(told, Fate.NO_MEANING);
    }
  }

  private List<Node> carried(Directive directive) {
    ledger.carried(directive);
    return List.of(directive);
  }
}
