package io.finward.appliance.config;

import io.finward.appliance.accesslog.AccessLogEntry;
import io.finward.appliance.log.LogLevel;
import io.finward.proxy.LoopSettings;
import io.finward.proxy.access.HostAddresses;
import io.finward.proxy.file.WatchedFile;
import io.finward.proxy.http.ErrorPage;
import io.finward.proxy.limit.ProxyLimits;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.opening.OpeningSettings;
import io.finward.proxy.treatment.Treatment;
import io.finward.proxy.upstream.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration, valid in itself and across its parts.
 *
 * @param places where its keys stand
 * @param access who may go where
 * @param users who may be asked for a password; null when nobody is known
 * @param opening how long intercepted clients are looked at
 * @param explicit what explicit doors keep to
 * @param errorPages the doors' own answers, by status
 * @param routes which requests go through which parents
 * @param treatment what is done to requests and headers
 * @param nameLists the files of name lists, to be looked after
 * @param hosts that rules name, whose addresses are to be looked up
 * @param accessLogs what is written of sessions, and where
 * @param logLevels how much is logged, by subsystem
 * @param loops the event loops
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
    AccessSettings access,
    @Nullable UserSettings users,
    OpeningSettings opening,
    ExplicitDoors explicit,
    Map<Integer, WatchedFile<ErrorPage>> errorPages,
    Routes routes,
    Treatment treatment,
    List<WatchedFile<?>> nameLists,
    List<HostAddresses> hosts,
    List<AccessLogEntry> accessLogs,
    Map<String, LogLevel> logLevels,
    LoopSettings loops) {
  public FinwardConfig {
    listeners = List.copyOf(listeners);
    intercepts = List.copyOf(intercepts);
    nameLists = List.copyOf(nameLists);
    hosts = List.copyOf(hosts);
    errorPages = Map.copyOf(errorPages);
    accessLogs = List.copyOf(accessLogs);
    logLevels = Map.copyOf(logLevels);
  }

  /** The files that rules and error pages name and that are to be looked after. */
  public List<WatchedFile<?>> policyFiles() {
    List<WatchedFile<?>> files = new ArrayList<>(nameLists);
    files.addAll(errorPages.values());
    return files;
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
