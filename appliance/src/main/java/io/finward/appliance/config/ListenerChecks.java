package io.finward.appliance.config;

import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.Looking;
import io.finward.proxy.listen.SourceAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What must hold between listeners: names and binds of their own, and a source that makes sense.
 */
final class ListenerChecks {
  private final Findings findings;
  private final List<Keyed<ListenerSettings>> listeners;

  ListenerChecks(Findings findings, List<Keyed<ListenerSettings>> listeners) {
    this.findings = findings;
    this.listeners = listeners;
  }

  void run() {
    names();
    for (int i = 0; i < listeners.size(); i++) {
      bind(listeners.get(i), listeners.subList(0, i));
      source(listeners.get(i));
      looking(listeners.get(i));
    }
  }

  private void names() {
    Map<String, String> keys = new HashMap<>();
    for (Keyed<ListenerSettings> listener : listeners) {
      String first = keys.putIfAbsent(listener.value().name(), listener.key());
      if (first != null) {
        findings.wrong(
            listener.key() + ".name",
            "a name of its own; %s in line %d has it".formatted(first, findings.line(first)));
      }
    }
  }

  private void bind(Keyed<ListenerSettings> listener, List<Keyed<ListenerSettings>> earlier) {
    for (Keyed<ListenerSettings> other : earlier) {
      if (collide(listener.value().bind(), other.value().bind())) {
        findings.wrong(
            listener.key() + ".bind",
            "an address and port of its own; listener %s in line %d has it"
                .formatted(other.value().name(), findings.line(other.key())));
        return;
      }
    }
  }

  private void source(Keyed<ListenerSettings> listener) {
    if (listener.value().mode() == ListenerMode.EXPLICIT
        && listener.value().source() == SourceAddress.CLIENT) {
      findings.wrong(
          listener.key() + ".source",
          "gateway: the client's own address is for redirect and tproxy listeners");
    }
  }

  private void looking(Keyed<ListenerSettings> listener) {
    if (listener.value().mode() != ListenerMode.EXPLICIT) {
      return;
    }
    if (listener.value().edits() != null) {
      findings.wrong(
          listener.key() + ".http-headers",
          "none: explicit listeners have explicit { via, forwarded-for }");
    }
    if (listener.value().names() != Looking.NEEDED) {
      findings.wrong(
          listener.key() + ".names",
          "needed: to an explicit listener clients say where they go; redirect and tproxy look");
    }
  }

  /** Whether two sockets could not be bound to both without SO_REUSEPORT. */
  static boolean collide(InetSocketAddress one, InetSocketAddress other) {
    return one.getPort() == other.getPort()
        && (one.getAddress().equals(other.getAddress())
            || covers(one, other)
            || covers(other, one));
  }

  private static boolean covers(InetSocketAddress wildcard, InetSocketAddress other) {
    return wildcard.getAddress().isAnyLocalAddress()
        && (Family.of(wildcard) == Family.of(other) || Family.of(wildcard) == Family.IPV6);
  }
}
