package io.finward.appliance.apache;

import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.syntax.HttpdConf;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import io.finward.appliance.apache.syntax.Node.Section;
import io.finward.appliance.text.AddressText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds where Apache is a forward proxy: which virtual host, or the main server, has the
 * connections of each {@code Listen}.
 */
final class Doors {
  /** {@code Listen 80} is bound to both families. */
  private static final String ANY = "::";

  private final Ledger ledger;
  private final List<Section> hosts = new ArrayList<>();
  private final Scope main;
  private final List<Door> doors = new ArrayList<>();

  /**
   * An address of a {@code VirtualHost}.
   *
   * @param address null for any
   * @param port 0 for any
   */
  private record Endpoint(@Nullable String address, int port) {}

  Doors(HttpdConf conf, Ledger ledger) {
    this.ledger = ledger;
    main = Scope.main(conf.nodes());
    for (Node node : conf.nodes()) {
      if (node instanceof Section section && node.is("VirtualHost")) {
        hosts.add(section);
      }
    }
  }

  /** The doors, with names of their own; empty when Apache is no forward proxy. */
  List<Door> find() {
    List<Directive> listens = main.every("Listen");
    if (listens.isEmpty()) {
      old();
    }
    for (Directive listen : listens) {
      listen(listen, listen.word(0), listen.word(1));
    }
    for (Section host : hosts) {
      boolean used = doors.stream().anyMatch(door -> host.equals(door.scope().host()));
      if (used) {
        ledger.carried(host);
      } else if (main.with(host).forwards() && !ledger.isSettled(host)) {
        ledger.notCarriedWhole(host, "no Listen leads here, or another host has its address");
      } else if (!ledger.isSettled(host)) {
        ledger.settleWhole(host, Fate.NO_MEANING);
      }
    }
    return named();
  }

  /** The {@code Port} and {@code BindAddress} of 1.3. */
  private void old() {
    Directive port = main.last("Port", ledger);
    Directive bind = main.last("BindAddress", ledger);
    if (port != null) {
      String address = bind == null ? "*" : bind.word(0);
      if (bind != null) {
        ledger.carried(bind);
      }
      listen(port, address + ":" + port.word(0), "");
    }
  }

  private void listen(Directive listen, String where, String protocol) {
    Endpoint at = endpoint(where);
    if (at == null || at.port() == 0) {
      ledger.notCarried(listen, "an address and a port are wanted; a name is not looked up");
      return;
    }
    ledger.settle(listen, Fate.NO_MEANING);
    String address = at.address() == null ? ANY : at.address();
    boolean everything = isAny(address);
    List<Section> exact = everything ? List.of() : of(at.port(), address);
    door(listen, address, at.port(), exact.isEmpty() ? of(at.port(), null) : exact, protocol);
    if (everything) {
      for (String own : addresses(at.port())) {
        door(listen, own, at.port(), of(at.port(), own), protocol);
      }
    }
  }

  /** The first host of an address has the connections; the others would by name. */
  private void door(
      Directive listen, String address, int port, List<Section> named, String protocol) {
    Section host = named.isEmpty() ? null : named.getFirst();
    Scope scope = host == null ? main : main.with(host);
    if (!scope.forwards()) {
      return;
    }
    if (scope.secured() || protocol.equalsIgnoreCase("https")) {
      ledger.notCarried(listen, "clients speak TLS to it: not supported");
      if (host != null) {
        ledger.notCarriedWhole(host, "clients speak TLS to it: not supported");
      }
      return;
    }
    for (Section other : named.subList(Math.min(1, named.size()), named.size())) {
      String names = "Apache answers for its names itself on the proxy's address: not supported";
      if (!ledger.isSettled(other)) {
        ledger.notCarriedWhole(other, names);
      }
    }
    List<Node> sources = new ArrayList<>(List.of(listen));
    if (host != null) {
      sources.add(host);
    }
    Directive requests = scope.last("ProxyRequests", ledger);
    if (requests != null) {
      sources.add(requests);
    }
    Door door = new Door("proxy", address, port, scope, sources);
    for (Door earlier : doors) {
      if (earlier.covers(door) || door.covers(earlier)) {
        if (host != null && !host.equals(earlier.scope().host())) {
          ledger.notCarriedWhole(
              host, "%s takes the connections of this address, too".formatted(earlier.bind()));
        } else {
          ledger.carried(listen);
        }
        return;
      }
    }
    ledger.carried(sources);
    doors.add(door);
  }

  private static boolean isAny(@Nullable String address) {
    return address == null || address.equals(ANY) || address.equals("0.0.0.0");
  }

  /** The hosts of an address of their own, or of any. */
  private List<Section> of(int port, @Nullable String address) {
    List<Section> found = new ArrayList<>();
    for (Section host : hosts) {
      for (Endpoint one : endpoints(host)) {
        boolean same =
            isAny(one.address()) ? address == null : Objects.equals(one.address(), address);
        if (same && (one.port() == 0 || one.port() == port) && !found.contains(host)) {
          found.add(host);
        }
      }
    }
    return found;
  }

  /** The addresses that hosts name for a port. */
  private List<String> addresses(int port) {
    List<String> found = new ArrayList<>();
    for (Section host : hosts) {
      for (Endpoint one : endpoints(host)) {
        String address = one.address();
        if (address != null
            && !isAny(address)
            && (one.port() == 0 || one.port() == port)
            && !found.contains(address)) {
          found.add(address);
        }
      }
    }
    return found;
  }

  private static List<Endpoint> endpoints(Section host) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String word : host.words()) {
      Endpoint endpoint = endpoint(word);
      if (endpoint != null) {
        endpoints.add(endpoint);
      }
    }
    return endpoints;
  }

  /** {@code 80}, {@code *:80}, {@code 192.0.2.1}, {@code [::]:80}; null for a name. */
  private static @Nullable Endpoint endpoint(String word) {
    if (word.matches("[0-9]+")) {
      return new Endpoint(null, AddressText.parsePort(word));
    }
    int bracket = word.startsWith("[") ? word.indexOf(']') : -1;
    int colon = word.indexOf(':', Math.max(bracket, 0));
    String address = colon < 0 ? word : word.substring(0, colon);
    String port = colon < 0 ? "*" : word.substring(colon + 1);
    int number = port.equals("*") ? 0 : AddressText.parsePort(port);
    if (number == 0 && !port.equals("*")) {
      return null;
    }
    if (address.equals("*") || address.equalsIgnoreCase("_default_")) {
      return new Endpoint(null, number);
    }
    String bare = bracket < 0 ? address : address.substring(1, address.length() - 1);
    return Addresses.isAddress(bare) ? new Endpoint(bare, number) : null;
  }

  private List<Door> named() {
    if (doors.size() == 1) {
      return doors;
    }
    List<Door> named = new ArrayList<>();
    for (Door door : doors) {
      long same = named.stream().filter(other -> other.port() == door.port()).count();
      named.add(door.named("proxy-" + door.port() + (same == 0 ? "" : "-" + (char) ('a' + same))));
    }
    return named;
  }
}
