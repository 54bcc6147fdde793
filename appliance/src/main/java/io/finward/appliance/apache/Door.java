package io.finward.appliance.apache;

import io.finward.appliance.apache.syntax.Node;
import java.util.List;

/**
 * An address where Apache is a forward proxy.
 *
 * @param name of the listener
 * @param address without brackets
 * @param scope what holds there
 * @param sources the directives behind it
 */
record Door(String name, String address, int port, Scope scope, List<Node> sources) {
  Door {
    sources = List.copyOf(sources);
  }

  /** As {@code bind} has it. */
  String bind() {
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
  }

  Door named(String other) {
    return new Door(other, address, port, scope, sources);
  }

  /** Whether one socket would take what is meant for the other. */
  boolean covers(Door other) {
    boolean everything = address.equals("::") || (address.equals("0.0.0.0") && !other.ipv6());
    return port == other.port && (everything || address.equals(other.address));
  }

  private boolean ipv6() {
    return address.contains(":");
  }
}
