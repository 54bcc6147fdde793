package io.finward.appliance.lab;

import java.util.List;

/**
 * What the gateway is told to intercept.
 *
 * @param variant interception and family
 * @param listenPort the proxy's own port
 * @param ports the intercepted ports of the server's network; none means all
 */
public record Setup(Variant variant, int listenPort, List<Integer> ports) {
  /** Copies the list. */
  public Setup {
    ports = List.copyOf(ports);
  }

  /** Port 80 goes to a port of the proxy's own; with the administrator's rule everything to 80. */
  public static Setup usual(Variant variant) {
    return switch (variant.interception()) {
      case REDIRECT -> new Setup(variant, 8080, List.of(80));
      case TPROXY -> new Setup(variant, 8081, List.of(80));
      case OWN_RULE -> new Setup(variant, 80, List.of());
    };
  }

  /** The same with every port intercepted. */
  Setup withAllPorts() {
    return new Setup(variant, listenPort, List.of());
  }

  /** What client and server speak. */
  public AddressFamily family() {
    return variant.family();
  }
}
