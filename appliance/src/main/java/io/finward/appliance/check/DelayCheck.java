package io.finward.appliance.check;

import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.config.Intercept;
import io.finward.appliance.config.Network;
import io.finward.appliance.config.PortRange;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.access.AccessRules;
import io.finward.proxy.access.Naming;
import io.finward.proxy.access.Verdict;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether rules or routes by name have clients looked at whose protocol lets the server speak
 * first: these wait for {@code opening.peek} in vain. Asked of the rules themselves, by a
 * connection to each such port that is intercepted.
 */
final class DelayCheck {
  /** FTP, SSH, SMTP, POP3, IMAP, submission, MySQL, VNC. */
  private static final List<Integer> SERVER_FIRST = List.of(21, 22, 25, 110, 143, 587, 3306, 5900);

  private final FinwardConfig config;
  private final AccessPolicy rules;

  DelayCheck(FinwardConfig config) {
    this.config = config;
    this.rules = new AccessRules(config.access().rules(), AccessPolicy.OPEN);
  }

  List<Remark> run() {
    List<Remark> remarks = new ArrayList<>();
    for (int i = 0; i < config.intercepts().size(); i++) {
      Intercept intercept = config.intercepts().get(i);
      String delayed =
          SERVER_FIRST.stream()
              .filter(port -> takes(intercept, port) && isLookedAt(intercept, port))
              .map(String::valueOf)
              .collect(Collectors.joining(", "));
      if (!delayed.isEmpty()) {
        remarks.add(
            Remark.warning(
                config.places().of("intercept[%d]".formatted(i)),
                "rules by name, URL or method have clients of listener %s looked at: to ports %s, where the server speaks first, each connection waits %d ms (opening.peek); give such rules a port"
                    .formatted(intercept.listener(), delayed, config.opening().peek().toMillis())));
      }
    }
    return remarks;
  }

  private static boolean takes(Intercept intercept, int port) {
    return intercept.ports().stream().anyMatch(range -> range.overlaps(new PortRange(port, port)));
  }

  private boolean isLookedAt(Intercept intercept, int port) {
    InetAddress destination = intercept.destinations().getFirst().address();
    // Somebody, where everybody is meant.
    InetAddress client =
        intercept.clients().stream()
            .findFirst()
            .map(Network::address)
            .orElse(
                InetAddress.ofLiteral(
                    destination.getAddress().length == 4 ? "192.0.2.1" : "2001:db8::1"));
    AccessRequest asked =
        new AccessRequest(
            intercept.listener(),
            client,
            null,
            Set.of(),
            null,
            Naming.UNSEEN,
            destination,
            port,
            null,
            null,
            null,
            System.currentTimeMillis());
    Verdict verdict = rules.decide(asked);
    return verdict instanceof Verdict.Look
        || (verdict instanceof Verdict.Allow && config.routes().needName(asked));
  }
}
