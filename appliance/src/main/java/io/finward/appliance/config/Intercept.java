package io.finward.appliance.config;

import java.util.List;

/**
 * Which connections a listener takes over. Connections to the gateway's own addresses never are.
 *
 * @param listener the name of a redirect or tproxy listener
 * @param destinations original destinations; never empty
 * @param ports original destination ports; never empty
 * @param clients whose; empty means everybody's
 */
public record Intercept(
    String listener, List<Network> destinations, List<PortRange> ports, List<Network> clients) {
  public Intercept {
    destinations = List.copyOf(destinations);
    ports = List.copyOf(ports);
    clients = List.copyOf(clients);
    if (destinations.isEmpty() || ports.isEmpty()) {
      throw new IllegalArgumentException(
          "intercept for %s (expected: destinations and ports)".formatted(listener));
    }
  }
}
