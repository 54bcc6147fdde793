package io.finward.appliance.apache;

import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code AllowCONNECT}: one list for all doors, and rules for those that allow less. */
final class ConnectPorts {
  private static final List<String> DEFAULT = List.of("443", "563");

  private final Ledger ledger;
  private final boolean tunnels;
  private final Set<String> all = new LinkedHashSet<>();
  private final Set<Node> sources = new LinkedHashSet<>();

  /**
   * @param tunnels whether Apache has mod_proxy_connect
   */
  ConnectPorts(List<Door> doors, boolean tunnels, Ledger ledger) {
    this.ledger = ledger;
    this.tunnels = tunnels;
    for (Door door : doors) {
      sources.addAll(door.scope().every("AllowCONNECT"));
      all.addAll(ports(door.scope()));
    }
  }

  /** What a door refuses: all of it, or what only another one allows. */
  Criterion refused(Scope scope) {
    Criterion connect =
        new Criterion.Is("method", List.of("CONNECT"), List.copyOf(scope.every("AllowCONNECT")));
    if (!tunnels) {
      return connect;
    }
    Set<String> own = ports(scope);
    return own.containsAll(all)
        ? Criterion.never()
        : Criterion.all(
            connect, Criterion.not(new Criterion.Is("port", List.copyOf(own), List.of())));
  }

  void write(ConfText out) {
    if (!tunnels) {
      out.comment("# httpd loads no mod_proxy_connect: a rule refuses CONNECT.");
    }
    if (!sources.isEmpty()) {
      out.line("connect-ports = " + Hocon.list(List.copyOf(all)), sources);
    }
  }

  private Set<String> ports(Scope scope) {
    List<Directive> given = scope.every("AllowCONNECT");
    Set<String> ports = new LinkedHashSet<>();
    for (Directive directive : given) {
      ledger.carried(directive);
      List<String> wrong = new ArrayList<>();
      for (String word : directive.words()) {
        if (isPorts(word)) {
          ports.add(word);
        } else {
          wrong.add(word);
        }
      }
      if (!wrong.isEmpty()) {
        ledger.remark(directive, String.join(", ", wrong) + ": no port from 1 to 65535");
      }
    }
    return ports.isEmpty() ? new LinkedHashSet<>(DEFAULT) : ports;
  }

  private static boolean isPorts(String word) {
    if (!word.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
      return false;
    }
    String[] ends = word.split("-", -1);
    int first = Integer.parseInt(ends[0]);
    int last = Integer.parseInt(ends[ends.length - 1]);
    return first >= 1 && first <= last && last <= 65535;
  }
}
