package io.finward.appliance.apache;

import io.finward.appliance.apache.syntax.Node;
import java.util.ArrayList;
import java.util.List;

/** Words that name clients, of {@code Require ip} and of {@code Allow from}. */
final class Clients {
  static final String NO_NAMES = "a client's host name is not looked up; name its addresses";

  private final Ledger ledger;

  Clients(Ledger ledger) {
    this.ledger = ledger;
  }

  /** The clients of some addresses; what is none goes to the list. */
  Criterion of(Node source, List<String> words) {
    List<String> networks = new ArrayList<>();
    for (String word : words) {
      String network = Addresses.network(word);
      if (network == null) {
        ledger.notCarried(
            source,
            Character.digit(word.isEmpty() ? 'x' : word.charAt(0), 10) >= 0 && word.contains("/")
                ? "\"%s\" is no network: its mask has holes".formatted(word)
                : "\"%s\": %s".formatted(word, NO_NAMES));
      } else {
        networks.add(network);
      }
    }
    return is(source, networks);
  }

  /** {@code Require local}: loopback here; Apache's "the server's own address" as well. */
  Criterion local(Node source) {
    ledger.remark(source, "loopback only; add the gateway's own addresses if they are clients");
    return is(source, List.of("127.0.0.0/8", "::1"));
  }

  private Criterion is(Node source, List<String> networks) {
    if (networks.isEmpty()) {
      return Criterion.never();
    }
    ledger.carried(source);
    return networks.contains("0.0.0.0/0") && networks.contains("::/0")
        ? Criterion.always()
        : new Criterion.Is("client", networks, List.of(source));
  }
}
