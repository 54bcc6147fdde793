package io.finward.appliance.config;

import io.finward.proxy.limit.ProxyLimits;
import io.finward.proxy.listen.ListenerSettings;
import java.util.List;

/**
 * A whole configuration, valid in itself and across its parts.
 *
 * @param places where its keys stand
 * @param threads event loops
 */
public record FinwardConfig(
    Places places,
    List<ListenerSettings> listeners,
    List<Intercept> intercepts,
    RulesSettings rules,
    HalfClose halfClose,
    Timeouts timeouts,
    Limits limits,
    AdminSettings admin,
    int threads) {
  public FinwardConfig {
    listeners = List.copyOf(listeners);
    intercepts = List.copyOf(intercepts);
  }

  /**
   * The proxy's share of it.
   *
   * @param processLimit RLIMIT_NOFILE of this process
   */
  public ProxyLimits proxyLimits(int processLimit) {
    int sessions = limits.effectiveSessions(processLimit);
    return new ProxyLimits(
        timeouts.connect(),
        timeouts.idle(),
        halfClose.hold(),
        halfClose.maxHeld(),
        sessions,
        limits.sessionsPerClient().orElse(sessions));
  }
}
