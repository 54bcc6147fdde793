package io.finward.nat.rule;

import java.util.List;

/**
 * The connections one listener takes over.
 *
 * @param listener the name of the listener they are handed to
 * @param destinations the servers' networks
 * @param ports the servers' ports; empty means every TCP port
 * @param clients the clients' networks; empty means everybody
 */
public record Interception(
    String listener, List<Cidr> destinations, List<PortRange> ports, List<Cidr> clients) {
  public Interception {
    destinations = List.copyOf(destinations);
    ports = List.copyOf(ports);
    clients = List.copyOf(clients);
    if (destinations.isEmpty()) {
      throw new IllegalArgumentException(
          "[] (expected: at least one network in destinations; 0.0.0.0/0 and ::/0 mean all)");
    }
  }

  /** The destinations of a family. */
  public List<Cidr> destinations(Family family) {
    return of(destinations, family);
  }

  /** The clients of a family. */
  public List<Cidr> clients(Family family) {
    return of(clients, family);
  }

  /** Whether connections of a family can match: has destinations, and clients unless all are. */
  public boolean covers(Family family) {
    return !destinations(family).isEmpty() && (clients.isEmpty() || !clients(family).isEmpty());
  }

  private static List<Cidr> of(List<Cidr> networks, Family family) {
    return networks.stream().filter(network -> network.family() == family).toList();
  }
}
