package io.finward.appliance.wiring;

import io.finward.appliance.config.ConfigProblem;
import io.finward.appliance.config.ConfigReader;
import io.finward.appliance.config.ExplicitDoors;
import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.config.InvalidConfigException;
import io.finward.appliance.log.LogLevels;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.AccessRules;
import io.finward.proxy.access.DefaultPolicy;
import io.finward.proxy.file.FileWatch;
import io.finward.proxy.file.WatchedFile;
import io.finward.proxy.http.ErrorPages;
import io.finward.proxy.treatment.Treatment;
import io.finward.proxy.upstream.HostWatch;
import io.finward.proxy.upstream.Routes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of the configuration may change while the gateway runs: rules, routes, error pages, the
 * ports of CONNECT and the levels of the log. A new configuration counts from the next request or
 * connection on, and ends no session; a broken one changes nothing.
 *
 * <p>Asked on every event loop; {@link #reload} belongs to one thread at a time that may block.
 */
final class Policies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("config");

  /** How often files that the configuration names are looked at. */
  private static final Duration FILES_EVERY = Duration.ofSeconds(5);

  /** How long a start, or a reload, waits for the addresses of hosts that rules name. */
  private static final Duration FIRST_ANSWERS = Duration.ofSeconds(3);

  private record Current(
      AccessPolicy intercepted,
      AccessPolicy explicit,
      Routes routes,
      Treatment treatment,
      ErrorPages errorPages,
      FileWatch watch,
      HostWatch hosts) {

    void end() {
      watch.close();
      hosts.close();
    }
  }

  private final FinwardConfig first;
  private final AtomicReference<Current> current;

  /** Begins with a configuration, and to look after its files. */
  Policies(FinwardConfig config) {
    first = config;
    current = new AtomicReference<>(of(config));
  }

  /** For intercepted connections. */
  AccessPolicy intercepted() {
    return request -> now().intercepted().decide(request);
  }

  /** For explicit doors. */
  AccessPolicy explicit() {
    return now().explicit();
  }

  Routes routes() {
    return now().routes();
  }

  Treatment treatment() {
    return now().treatment();
  }

  ErrorPages errorPages() {
    return problem -> now().errorPages().page(problem);
  }

  /** Reads the configuration's file again. */
  synchronized void reload() {
    FinwardConfig next;
    try {
      next = ConfigReader.read(Path.of(first.places().file()));
    } catch (InvalidConfigException e) {
      for (ConfigProblem problem : e.problems()) {
        LOG.error("not taken: {}", problem);
      }
      return;
    }
    Current before = current.getAndSet(of(next));
    before.end();
    LOG.info("{} read again: {} rules", first.places().file(), next.access().rules().size());
    List<String> fixed = changedForRestart(next);
    if (!fixed.isEmpty()) {
      LOG.warn("changed, and counts from a restart on: {}", String.join(", ", fixed));
    }
  }

  @Override
  public void close() {
    now().end();
  }

  private Current now() {
    return Objects.requireNonNull(current.get());
  }

  private Current of(FinwardConfig config) {
    LogLevels.apply(config.logLevels());
    List<WatchedFile<?>> files = new ArrayList<>(config.policyFiles());
    if (first.users() != null) {
      files.addAll(first.users().files().files());
    }
    ExplicitDoors doors = config.explicit();
    return new Current(
        new AccessRules(config.access().rules(), AccessPolicy.OPEN),
        new AccessRules(config.access().rules(), new DefaultPolicy(doors::mayConnect)),
        config.routes(),
        config.treatment(),
        new OwnErrorPages(config.errorPages()),
        FileWatch.start(files, FILES_EVERY),
        HostWatch.start(
            config.hosts(),
            first.explicit().nameServers(),
            first.opening().remember(),
            FIRST_ANSWERS,
            Thread.ofPlatform().name("finward-hosts").daemon().factory()));
  }

  private List<String> changedForRestart(FinwardConfig next) {
    List<String> changed = new ArrayList<>();
    note(changed, "listeners", first.listeners(), next.listeners());
    note(changed, "intercept", first.intercepts(), next.intercepts());
    note(changed, "rules", first.rules(), next.rules());
    note(changed, "half-close", first.halfClose(), next.halfClose());
    note(changed, "timeouts", first.timeouts(), next.timeouts());
    note(changed, "limits", first.limits(), next.limits());
    note(changed, "admin", first.admin(), next.admin());
    note(changed, "opening", first.opening(), next.opening());
    note(changed, "explicit", first.explicit(), next.explicit().withPorts(first.explicit()));
    note(changed, "users", first.users() == null, next.users() == null);
    note(changed, "threads", first.loops().number(), next.loops().number());
    note(changed, "busy-poll", first.loops().busyPoll(), next.loops().busyPoll());
    note(changed, "scheduling", first.loops().scheduling(), next.loops().scheduling());
    return changed;
  }

  private static void note(List<String> changed, String key, Object before, Object now) {
    if (!before.equals(now)) {
      changed.add(key);
    }
  }
}
