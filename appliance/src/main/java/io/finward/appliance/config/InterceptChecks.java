package io.finward.appliance.config;

import io.finward.appliance.text.AddressText;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;

/** What must hold within and between intercept entries, and between them and their listeners. */
final class InterceptChecks {
  private final Findings findings;
  private final List<Keyed<ListenerSettings>> listeners;
  private final List<Keyed<Intercept>> intercepts;

  InterceptChecks(
      Findings findings,
      List<Keyed<ListenerSettings>> listeners,
      List<Keyed<Intercept>> intercepts) {
    this.findings = findings;
    this.listeners = listeners;
    this.intercepts = intercepts;
  }

  void run() {
    for (int i = 0; i < intercepts.size(); i++) {
      Keyed<Intercept> entry = intercepts.get(i);
      Intercept intercept = entry.value();
      listeners.stream()
          .map(Keyed::value)
          .filter(listener -> listener.name().equals(intercept.listener()))
          .findFirst()
          .ifPresent(listener -> fits(entry, listener));
      reachable(entry);
      clientsFit(entry);
      distinct(entry.key() + ".destinations", intercept.destinations(), Network::overlaps);
      distinct(entry.key() + ".clients", intercept.clients(), Network::overlaps);
      distinct(entry.key() + ".ports", intercept.ports(), PortRange::overlaps);
      oneListener(entry, intercepts.subList(0, i));
    }
  }

  private void fits(Keyed<Intercept> entry, ListenerSettings listener) {
    if (listener.mode() == ListenerMode.EXPLICIT) {
      findings.wrong(
          entry.key() + ".listener",
          "a listener of mode redirect or tproxy; %s is %s"
              .formatted(listener.name(), listener.mode().name().toLowerCase(Locale.ROOT)));
      return;
    }
    List<Network> destinations = entry.value().destinations();
    for (int i = 0; i < destinations.size(); i++) {
      Family family = Family.of(destinations.get(i));
      InetSocketAddress bind = listener.bind();
      if (!family.servedBy(bind)) {
        boolean wildcard = bind.getAddress().isAnyLocalAddress();
        findings.wrong(
            "%s.destinations[%d]".formatted(entry.key(), i),
            "%s, because listener %s binds %s%s"
                .formatted(
                    Family.of(bind),
                    listener.name(),
                    AddressText.format(bind),
                    wildcard ? "; bind = \"[::]:%d\" serves both".formatted(bind.getPort()) : ""));
      }
    }
  }

  /** Loopback, multicast and the gateway's own addresses are never intercepted. */
  private void reachable(Keyed<Intercept> entry) {
    List<Network> destinations = entry.value().destinations();
    for (int i = 0; i < destinations.size(); i++) {
      Network destination = destinations.get(i);
      String key = entry.key() + ".destinations[" + i + "]";
      InetAddress address = destination.address();
      if (destination.prefix() > 0
          && (address.isLoopbackAddress()
              || address.isMulticastAddress()
              || address.isAnyLocalAddress())) {
        findings.wrong(key, "addresses that a client reaches through this gateway");
      }
      for (Keyed<ListenerSettings> listener : listeners) {
        if (destination.single() && listener.value().bind().getAddress().equals(address)) {
          findings.wrong(
              key,
              "not the gateway's own address: listener %s in line %d binds it, and would be its own"
                      .formatted(listener.value().name(), findings.line(listener.key()))
                  + " upstream");
        }
      }
    }
  }

  /** Clients of the other family never reach a destination. */
  private void clientsFit(Keyed<Intercept> entry) {
    List<Network> clients = entry.value().clients();
    List<Network> destinations = entry.value().destinations();
    for (int i = 0; i < destinations.size() && !clients.isEmpty(); i++) {
      Family family = Family.of(destinations.get(i));
      if (clients.stream().noneMatch(client -> Family.of(client) == family)) {
        findings.wrong(
            entry.key() + ".clients",
            "%s networks too, for destinations[%d] = %s".formatted(family, i, destinations.get(i)));
        return;
      }
    }
  }

  private <T> void distinct(String key, List<T> elements, BiPredicate<T, T> overlap) {
    for (int i = 0; i < elements.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (overlap.test(elements.get(i), elements.get(j))) {
          findings.wrong(
              "%s[%d]".formatted(key, i), "no overlap with [%d], %s".formatted(j, elements.get(j)));
        }
      }
    }
  }

  /** A connection can go to one listener only. */
  private void oneListener(Keyed<Intercept> entry, List<Keyed<Intercept>> earlier) {
    Intercept intercept = entry.value();
    for (Keyed<Intercept> other : earlier) {
      Intercept before = other.value();
      if (!before.listener().equals(intercept.listener())
          && any(intercept.destinations(), before.destinations(), Network::overlaps)
          && any(intercept.ports(), before.ports(), PortRange::overlaps)
          && (intercept.clients().isEmpty()
              || before.clients().isEmpty()
              || any(intercept.clients(), before.clients(), Network::overlaps))) {
        findings.wrong(
            entry.key() + ".listener",
            "%s, because %s in line %d takes some of the same connections there"
                .formatted(before.listener(), other.key(), findings.line(other.key())));
      }
    }
  }

  private static <T> boolean any(List<T> some, List<T> others, BiPredicate<T, T> test) {
    return some.stream().anyMatch(one -> others.stream().anyMatch(two -> test.test(one, two)));
  }
}
