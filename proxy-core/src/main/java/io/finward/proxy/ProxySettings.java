package io.finward.proxy;

import io.finward.proxy.limit.ProxyLimits;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.session.SessionListener;
import java.util.List;

/**
 * What a proxy is started with.
 *
 * @param listeners at least one
 * @param limits clocks and numbers
 * @param loops how many event loops; 1 or more
 * @param upstreamMark SO_MARK of upstream sockets; 0 for none
 * @param sessionListener told of everything that happens to sessions
 */
public record ProxySettings(
    List<ListenerSettings> listeners,
    ProxyLimits limits,
    int loops,
    int upstreamMark,
    SessionListener sessionListener) {
  public ProxySettings {
    listeners = List.copyOf(listeners);
    if (listeners.isEmpty()) {
      throw new IllegalArgumentException("no listeners (expected: at least one)");
    }
    if (loops < 1) {
      throw new IllegalArgumentException("threads = %d (expected: 1 or more)".formatted(loops));
    }
  }
}
