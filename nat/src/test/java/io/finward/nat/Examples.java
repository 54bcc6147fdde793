package io.finward.nat;

import io.finward.nat.rule.Cidr;
import io.finward.nat.rule.InterceptingListener;
import io.finward.nat.rule.Interception;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.Lease;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.PortRange;
import io.finward.nat.rule.RuleSwitches;
import io.finward.nat.rule.UpstreamSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Configurations that several tests are about. */
public final class Examples {
  /** Two hours open, a day half-closed. */
  public static final Lease LEASE = new Lease(Duration.ofMinutes(125), Duration.ofMinutes(1445));

  private Examples() {}

  /** A listener on every address, IPv6 and IPv4. */
  public static InterceptingListener listener(String name, InterceptionMode mode, int port) {
    return new InterceptingListener(
        name,
        mode,
        new InetSocketAddress(InetAddress.ofLiteral("::"), port),
        UpstreamSource.GATEWAY);
  }

  /** An interception from what a configuration would have. */
  public static Interception interception(
      String listener, List<String> destinations, String... ports) {
    return new Interception(
        listener,
        destinations.stream().map(Cidr::parse).toList(),
        Stream.of(ports).map(PortRange::parse).toList(),
        List.of());
  }

  /** Settings with the default marks, group and the example's lease. */
  public static NatSettings settings(
      RuleSwitches switches,
      List<InterceptingListener> listeners,
      List<Interception> interceptions) {
    return new NatSettings(
        listeners, interceptions, switches, Marks.DEFAULT, NatSettings.NFLOG_GROUP, LEASE);
  }

  /** One redirect listener on 8080 for two networks. */
  public static NatSettings redirect(RuleSwitches switches) {
    return settings(
        switches,
        List.of(listener("web", InterceptionMode.REDIRECT, 8080)),
        List.of(
            new Interception(
                "web",
                List.of(Cidr.parse("198.51.100.0/24"), Cidr.parse("2001:db8:2::/64")),
                List.of(PortRange.parse("80"), PortRange.parse("8000-8099")),
                List.of(Cidr.parse("192.0.2.0/24"), Cidr.parse("2001:db8:1::/64")))));
  }

  /** The same, dialling with the client's address. */
  public static NatSettings redirectAsClient() {
    return settings(
        RuleSwitches.ALL,
        List.of(
            new InterceptingListener(
                "web",
                InterceptionMode.REDIRECT,
                new InetSocketAddress(InetAddress.ofLiteral("::"), 8080),
                UpstreamSource.CLIENT)),
        redirect(RuleSwitches.ALL).interceptions());
  }

  /** One tproxy listener on 8081 that takes every port and dials with the client's address. */
  public static NatSettings tproxy(RuleSwitches switches) {
    return settings(
        switches,
        List.of(
            new InterceptingListener(
                "all",
                InterceptionMode.TPROXY,
                new InetSocketAddress(InetAddress.ofLiteral("::"), 8081),
                UpstreamSource.CLIENT)),
        List.of(interception("all", List.of("198.51.100.0/24", "2001:db8:2::/64"))));
  }

  /** The same, and another one on 8082 for other networks. */
  public static NatSettings twoTproxies(RuleSwitches switches) {
    NatSettings one = tproxy(switches);
    InterceptingListener first = one.listeners().getFirst();
    return settings(
        switches,
        List.of(
            first,
            new InterceptingListener(
                "other",
                InterceptionMode.TPROXY,
                new InetSocketAddress(first.address(), 8082),
                UpstreamSource.GATEWAY)),
        List.of(
            one.interceptions().getFirst(),
            interception("other", List.of("203.0.113.0/24", "2001:db8:3::/64"))));
  }

  /** A redirect listener no interception tells of: the administrator has the rule. */
  public static NatSettings foreignRule() {
    return settings(
        new RuleSwitches(false, true, true),
        List.of(listener("web", InterceptionMode.REDIRECT, 8080)),
        List.of());
  }
}
