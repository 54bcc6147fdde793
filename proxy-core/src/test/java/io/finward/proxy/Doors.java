package io.finward.proxy;

import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.Condition;
import io.finward.proxy.access.Networks;
import io.finward.proxy.door.ExplicitSettings;
import io.finward.proxy.header.HeaderVersion;
import io.finward.proxy.http.ClientHeader;
import io.finward.proxy.http.Hop;
import io.finward.proxy.listen.ProxyProtocol;
import io.finward.proxy.upstream.Parent;
import io.finward.proxy.upstream.Route;
import io.finward.proxy.upstream.Routes;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings of doors and listeners for tests, by what differs from the defaults. */
final class Doors {
  private Doors() {}

  /** Tells origins the client's address; everything goes through parents if there are any. */
  static ExplicitSettings with(Parent... parents) {
    return with(
        parents.length == 0
            ? Routes.DIRECT
            : new Routes(List.of(new Route(new Condition.All(List.of()), List.of(parents)))));
  }

  static ExplicitSettings with(Routes routes) {
    return with(Duration.ofSeconds(20), routes);
  }

  /** Without routes, and with the time that a head, or a balancer's header, may take. */
  static ExplicitSettings with(Duration head) {
    return with(head, Routes.DIRECT);
  }

  private static ExplicitSettings with(Duration head, Routes routes) {
    ExplicitSettings unset = ExplicitSettings.of(AccessPolicy.OPEN);
    return new ExplicitSettings(
        unset.policy(),
        unset.authenticator(),
        unset.realm(),
        unset.errorPages(),
        head,
        unset.keepAlive(),
        Duration.ofSeconds(2),
        unset.maxHead(),
        new Hop(
            unset.hop().via(),
            Set.of(ClientHeader.X_FORWARDED_FOR),
            OptionalInt.empty(),
            false,
            null),
        unset.nameServers(),
        () -> routes,
        unset.origins(),
        unset.leg(),
        unset.rates(),
        unset.treatment());
  }

  /** Believes headers of these addresses alone. */
  static ProxyProtocol from(String... addresses) {
    return new ProxyProtocol(
        Arrays.stream(addresses)
            .map(InetAddress::ofLiteral)
            .map(address -> new Networks.Network(address, address.getAddress().length * 8))
            .toList(),
        null);
  }

  static ProxyProtocol sends(HeaderVersion version) {
    return new ProxyProtocol(List.of(), version);
  }

  static Parent parent(
      Parent.Protocol protocol, String host, int port, Parent.@Nullable Login login) {
    return new Parent("parent-" + port, protocol, host, port, login, null, null);
  }
}
