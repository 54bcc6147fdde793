package io.finward.appliance.config;

import io.finward.proxy.door.BodyRates;
import io.finward.proxy.door.OriginSettings;
import io.finward.proxy.http.Hop;
import io.finward.proxy.upstream.Leg;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What explicit doors keep to.
 *
 * @param connectPorts where CONNECT and SOCKS may go without a rule that names the port
 * @param headTimeout how long the head of a request may take
 * @param keepAlive how long a connection may wait for its next request
 * @param maxHead the most a request's line and headers may have, in bytes
 * @param hop what messages are told and asked here
 * @param nameServers asked for names; empty: those of /etc/resolv.conf
 * @param origins which connections to origins wait for another request
 * @param leg what connections to origins and parents are like
 * @param rates how slow clients may be with bodies
 */
public record ExplicitDoors(
    List<PortRange> connectPorts,
    Duration headTimeout,
    Duration keepAlive,
    int maxHead,
    Hop hop,
    List<InetSocketAddress> nameServers,
    OriginSettings origins,
    Leg leg,
    BodyRates rates) {
  static final ExplicitDoors DEFAULT =
      new ExplicitDoors(
          List.of(new PortRange(443, 443), new PortRange(563, 563)),
          Duration.ofSeconds(20),
          Duration.ofSeconds(15),
          64 * 1024,
          Hop.SILENT,
          List.of(),
          OriginSettings.DEFAULT,
          Leg.PLAIN,
          BodyRates.DEFAULT);

  public ExplicitDoors {
    connectPorts = List.copyOf(connectPorts);
    nameServers = List.copyOf(nameServers);
  }

  /** The same with the ports of another. */
  public ExplicitDoors withPorts(ExplicitDoors other) {
    return new ExplicitDoors(
        other.connectPorts, headTimeout, keepAlive, maxHead, hop, nameServers, origins, leg, rates);
  }

  /** Whether CONNECT may go there without a rule that names the port. */
  public boolean mayConnect(int port) {
    return connectPorts.stream().anyMatch(range -> range.first() <= port && port <= range.last());
  }
}
