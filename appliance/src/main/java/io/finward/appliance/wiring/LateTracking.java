package io.finward.appliance.wiring;

import io.finward.appliance.config.FinwardConfig;
import io.finward.conntrack.ShadowConntrack;
import io.finward.linux.libc.KernelException;
import io.finward.nat.apply.ConntrackUse;
import io.finward.nat.rule.Tracking;
import io.finward.proxy.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code auto} of {@code rules.track-upstream} and {@code rules.track-tproxy} while the gateway
 * runs: once rules of others ask conntrack for anything, connections that had no entries get them,
 * the running ones too. There is no way back before the next start: entries of connections that go
 * untracked from then on would stay as they are.
 */
final class LateTracking {
  private static final Logger LOG = LoggerFactory.getLogger("rules");

  private final FinwardConfig config;
  private final Proxy proxy;
  private final ShadowFeed feed;
  private final ShadowConntrack shadow;
  private final KeptRules rules;

  private LateTracking(
      FinwardConfig config, Proxy proxy, ShadowFeed feed, ShadowConntrack shadow, KeptRules rules) {
    this.config = config;
    this.proxy = proxy;
    this.feed = feed;
    this.shadow = shadow;
    this.rules = rules;
  }

  /**
   * Begins to watch, in the calling thread's network namespace.
   *
   * @return to be closed before rules and proxy are
   * @throws KernelException when the kernel refuses the netlink socket
   */
  static ConntrackUse begin(
      FinwardConfig config, Proxy proxy, ShadowFeed feed, ShadowConntrack shadow, KeptRules rules)
      throws KernelException {
    return ConntrackUse.watch(new LateTracking(config, proxy, feed, shadow, rules)::track);
  }

  /** First entries for what is there, which nobody heeds before the rules let them. */
  private void track() {
    Tracking tracking = NatConfig.tracking(config, true);
    int made = 0;
    try {
      onLoops(tracking).join();
      made = shadow.makeEntries().join();
    } catch (CompletionException e) {
      LOG.error("connections that are there get no entries", e.getCause());
    }
    rules.track(tracking);
    // Connections that came meanwhile; most have one by now.
    var _ = shadow.makeEntries();
    LOG.info(
        "rules of others ask conntrack: connections that had none have entries from now on, and {}"
            + " were made for those that were there",
        made);
  }

  private CompletableFuture<Void> onLoops(Tracking tracking) {
    return CompletableFuture.allOf(
        proxy.sessionLoops().stream()
            .map(loop ->
                CompletableFuture.runAsync(
                    () -> feed.track(loop.loop(), tracking, loop.sessions()), loop.loop()))
            .toArray(CompletableFuture<?>[]::new));
  }
}
