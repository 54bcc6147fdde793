package io.finward.proxy;

import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.door.ExplicitSettings;
import io.finward.proxy.intercept.InterceptSettings;
import io.finward.proxy.intercept.OriginalClient;
import io.finward.proxy.limit.Admission;
import io.finward.proxy.limit.ProxyLimits;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.opening.OpeningSettings;
import io.finward.proxy.session.SessionListener;
import io.finward.proxy.upstream.DialSettings;
import java.util.List;

/**
 * What a proxy is started with.
 *
 * @param listeners at least one
 * @param limits clocks and numbers
 * @param loops the event loops
 * @param dialling how upstream sockets are made
 * @param originalClient knows clients whose port NAT changed
 * @param admission asked before every accept
 * @param interceptAccess who may go where on intercepting listeners; a verdict that wants a user
 *     there is a refusal
 * @param opening how long intercepted clients are looked at
 * @param explicit what explicit doors keep to
 * @param sessionListener told of everything that happens to sessions
 */
public record ProxySettings(
    List<ListenerSettings> listeners,
    ProxyLimits limits,
    LoopSettings loops,
    DialSettings dialling,
    OriginalClient originalClient,
    Admission admission,
    AccessPolicy interceptAccess,
    OpeningSettings opening,
    ExplicitSettings explicit,
    SessionListener sessionListener) {
  public ProxySettings {
    listeners = List.copyOf(listeners);
    if (listeners.isEmpty()) {
      throw new IllegalArgumentException("no listeners (expected: at least one)");
    }
  }

  /** What intercepting listeners keep to. */
  InterceptSettings intercept() {
    return new InterceptSettings(
        originalClient,
        interceptAccess,
        explicit.routes(),
        explicit.nameServers(),
        limits.connect(),
        explicit.head());
  }
}
