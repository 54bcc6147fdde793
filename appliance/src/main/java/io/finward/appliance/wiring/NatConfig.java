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
    return of(config, tracksTproxy(config));
  }

  /**
   * What the rules are made from.
   *
   * @param tracksTproxy where the configuration leaves it open, what it comes to
   */
  public static NatSettings of(FinwardConfig config, boolean tracksTproxy) {
    RulesSettings rules = config.rules();
    return new NatSettings(
        config.listeners().stream()
            .filter(listener -> listener.mode() != ListenerMode.EXPLICIT)
            .map(NatConfig::listener)
            .toList(),
        config.intercepts().stream().map(NatConfig::interception).toList(),
        new RuleSwitches(rules.nat(), rules.wall(), rules.lease(), tracking(config, tracksTproxy)),
        new Marks(rules.tproxyMark(), rules.upstreamMark()),
        rules.nflogGroup(),
        Lease.forClocks(
            config.timeouts().idle(), config.halfClose().hold(), config.halfClose().park()));
  }

  /** Whether connections of TPROXY listeners get entries, as things are on this gateway. */
  static boolean tracksTproxy(FinwardConfig config) {
    return switch (config.rules().trackTproxy()) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO -> !leftOpen(config) || ConntrackUse.now();
    };
  }

  /**
   * Whether it is for the other rules on this gateway to decide who gets entries. Not where the
   * interception is the administrator's: it need not take all that would go without.
   */
  public static boolean leftOpen(FinwardConfig config) {
    RulesSettings rules = config.rules();
    return rules.trackTproxy() == RulesSettings.Entries.AUTO && rules.nat() && asClients(config);
  }

  /** What conntrack has to do with our connections. */
  static Tracking tracking(FinwardConfig config, boolean tracksTproxy) {
    RulesSettings rules = config.rules();
    return new Tracking(rules.trackUpstream(), tracksTproxy, rules.destroyEvents());
  }

  /** How upstream sockets are made so that the rules fit. */
  static DialSettings dialling(FinwardConfig config, boolean tracksTproxy) {
    return new DialSettings(config.rules().upstreamMark(), !tracksTproxy);
  }

  /** Whether there are connections that nobody translates, with clients' addresses. */
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
