package io.finward.appliance.wiring;

import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.config.Intercept;
import io.finward.appliance.config.Network;
import io.finward.appliance.config.RulesSettings;
import io.finward.nat.apply.ConntrackUse;
import io.finward.nat.rule.Cidr;
import io.finward.nat.rule.InterceptingListener;
import io.finward.nat.rule.Interception;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.Lease;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.PortRange;
import io.finward.nat.rule.RuleSwitches;
import io.finward.nat.rule.Tracking;
import io.finward.nat.rule.UpstreamSource;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.SourceAddress;
import io.finward.proxy.upstream.DialSettings;
import java.util.List;

/** The configuration in the words of module nat. */
public final class NatConfig {
  private NatConfig() {}

  /** What the rules are made from, here and now. */
  public static NatSettings of(FinwardConfig config) {
    return of(config, othersAsk(config));
  }

  /**
   * What the rules are made from.
   *
   * @param othersAsk whether rules of others on this gateway ask conntrack for anything
   */
  public static NatSettings of(FinwardConfig config, boolean othersAsk) {
    RulesSettings rules = config.rules();
    return new NatSettings(
        config.listeners().stream()
            .filter(listener -> listener.mode() != ListenerMode.EXPLICIT)
            .map(NatConfig::listener)
            .toList(),
        config.intercepts().stream().map(NatConfig::interception).toList(),
        new RuleSwitches(rules.nat(), rules.wall(), rules.lease(), tracking(config, othersAsk)),
        new Marks(rules.tproxyMark(), rules.upstreamMark()),
        rules.nflogGroup(),
        Lease.forClocks(
            config.timeouts().idle(), config.halfClose().hold(), config.halfClose().park()));
  }

  /** Whether rules of others ask conntrack, where that makes a difference. */
  static boolean othersAsk(FinwardConfig config) {
    return leftOpen(config) && ConntrackUse.now();
  }

  /** Whether it is for the other rules on this gateway to decide who gets entries. */
  static boolean leftOpen(FinwardConfig config) {
    return !tracking(config, false).equals(tracking(config, true));
  }

  /** What conntrack has to do with our connections. */
  static Tracking tracking(FinwardConfig config, boolean othersAsk) {
    RulesSettings rules = config.rules();
    return new Tracking(
        tracked(rules.trackUpstream(), othersAsk || !shadowed(config)),
        tracked(rules.trackTproxy(), othersAsk || !rules.nat() || !asClients(config)),
        rules.destroyEvents());
  }

  private static boolean tracked(RulesSettings.Entries entries, boolean auto) {
    return switch (entries) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO -> auto;
    };
  }

  /**
   * How upstream sockets are made so that the rules fit. The kernel may choose ports beside those
   * of clients only where there are no entries that took the two for one, and never will be.
   */
  static DialSettings dialling(FinwardConfig config) {
    RulesSettings rules = config.rules();
    return new DialSettings(
        rules.upstreamMark(), rules.trackTproxy() == RulesSettings.Entries.NEVER);
  }

  /**
   * Whether the shadow table knows all upstream connections, and so can make entries for them
   * later: those of explicit doors it does not.
   */
  private static boolean shadowed(FinwardConfig config) {
    return !config.listeners().isEmpty()
        && config.listeners().stream()
            .noneMatch(listener -> listener.mode() == ListenerMode.EXPLICIT);
  }

  /**
   * Whether there are connections that nobody translates, with clients' addresses. Where the
   * interception is the administrator's ({@code nat = false}), it need not take all that would go
   * without an entry.
   */
  private static boolean asClients(FinwardConfig config) {
    return config.listeners().stream()
        .anyMatch(listener ->
            listener.mode() == ListenerMode.TPROXY
                || (listener.mode() == ListenerMode.REDIRECT
                    && listener.source() == SourceAddress.CLIENT));
  }

  private static InterceptingListener listener(ListenerSettings listener) {
    return new InterceptingListener(
        listener.name(),
        listener.mode() == ListenerMode.TPROXY
            ? InterceptionMode.TPROXY
            : InterceptionMode.REDIRECT,
        listener.bind(),
        listener.source() == SourceAddress.CLIENT ? UpstreamSource.CLIENT : UpstreamSource.GATEWAY);
  }

  private static Interception interception(Intercept intercept) {
    boolean everyPort =
        intercept.ports().stream().anyMatch(io.finward.appliance.config.PortRange::every);
    List<PortRange> ports =
        everyPort
            ? List.of()
            : intercept.ports().stream()
                .map(range -> new PortRange(range.first(), range.last()))
                .toList();
    return new Interception(
        intercept.listener(),
        networks(intercept.destinations()),
        ports,
        networks(intercept.clients()));
  }

  private static List<Cidr> networks(List<Network> networks) {
    return networks.stream().map(network -> new Cidr(network.address(), network.prefix())).toList();
  }
}
