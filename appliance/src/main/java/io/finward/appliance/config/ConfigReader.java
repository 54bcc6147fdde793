package io.finward.appliance.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import io.finward.appliance.accesslog.AccessLogEntry;
import io.finward.appliance.config.RulesSettings.OnStop;
import io.finward.linux.sched.SchedulingPolicy;
import io.finward.proxy.LoopSettings;
import io.finward.proxy.file.WatchedFile;
import io.finward.proxy.http.ErrorPage;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.opening.OpeningSettings;
import io.finward.proxy.treatment.Treatment;
import io.finward.proxy.upstream.Parent;
import io.finward.proxy.upstream.Routes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads a configuration file, or says everything that is wrong with it. */
public final class ConfigReader {
  private static final Map<String, OnStop> ON_STOP =
      Map.of("keep", OnStop.KEEP, "remove", OnStop.REMOVE);
  private static final Map<String, SchedulingPolicy> SCHEDULING =
      Map.of("batch", SchedulingPolicy.BATCH, "other", SchedulingPolicy.OTHER);

  private static final int MOST_DESCRIPTORS = 10_000_000;

  private final Findings findings;

  private ConfigReader(Findings findings) {
    this.findings = findings;
  }

  /**
   * Reads {@code file}.
   *
   * @throws InvalidConfigException with every problem that was found
   */
  public static FinwardConfig read(Path file) throws InvalidConfigException {
    Findings findings = new Findings(file.toString());
    ConfigObject root = parse(file, findings);
    findings.refuse();
    if (root == null) {
      throw new IllegalStateException("a file that cannot be parsed was not refused");
    }
    FinwardConfig config = new ConfigReader(findings).top(root);
    findings.refuse();
    if (config == null) {
      throw new IllegalStateException("a configuration without a value was not refused");
    }
    return config;
  }

  private static @Nullable ConfigObject parse(Path file, Findings findings) {
    if (!Files.exists(file)) {
      findings.add(0, "no such file (expected: a configuration file; -c FILE names another)");
    } else if (!Files.isRegularFile(file)
        && !file.startsWith("/dev")
        && !file.startsWith("/proc")) {
      findings.add(0, "not a file (expected: a configuration file; -c FILE names another)");
    } else if (!Files.isReadable(file)) {
      findings.add(0, "may not be read (expected: a file readable for this user)");
    } else {
      try {
        ConfigParseOptions options = ConfigParseOptions.defaults().setAllowMissing(false);
        return ConfigFactory.parseFile(file.toFile(), options).resolve().root();
      } catch (ConfigException e) {
        findings.unreadable(e);
      }
    }
    return null;
  }

  private @Nullable FinwardConfig top(ConfigObject root) {
    for (Map.Entry<String, ConfigValue> entry : root.entrySet()) {
      findings.note(entry.getKey(), entry.getValue());
      if (!entry.getKey().equals("finward")) {
        findings.wrong(entry.getKey(), "no such key; everything is in finward { ... }");
      }
    }
    if (!(root.get("finward") instanceof ConfigObject body)) {
      findings.add(
          findings.line("finward"), "finward is missing (expected: finward { listeners = [...] })");
      return null;
    }
    return finward(new Section("", body, findings));
  }

  private @Nullable FinwardConfig finward(Section top) {
    ListenersReader reader = new ListenersReader(findings);
    List<Keyed<ListenerSettings>> listeners = reader.listeners(top);
    List<Keyed<Intercept>> intercepts = reader.intercepts(top);
    RulesSettings rules = rules(top.section("rules"));
    HalfClose halfClose = halfClose(top.section("half-close"));
    Timeouts timeouts = timeouts(top.section("timeouts"));
    Limits limits = limits(top.section("limits"));
    AdminSettings admin = admin(top.section("admin"));
    UserSettings users = new UsersReader(findings).users(top);
    ConditionReader conditions = new ConditionReader(findings, reader.names(), top.has("users"));
    AccessSettings access = new AccessReader(findings, conditions).access(top);
    Map<String, Parent> parents = new ParentsReader(findings, listeners).parents(top);
    Routes routes = new RoutesReader(findings, conditions, parents).routes(top);
    Treatment treatment = new TreatmentReader(findings, conditions).treatment(top);
    ExplicitDoors explicit = new ExplicitReader(findings).read(top.section("explicit"));
    OpeningSettings opening = OpeningReader.read(top.section("opening"), explicit.nameServers());
    Map<Integer, WatchedFile<ErrorPage>> errorPages =
        new ErrorPagesReader(findings).pages(top.section("error-pages"));
    LogReader logs = new LogReader(findings, reader.names());
    List<AccessLogEntry> accessLogs = logs.entries(top);
    LoopSettings loops = loops(top);
    top.refuseUnknown();

    new ListenerChecks(findings, listeners).run();
    new InterceptChecks(findings, listeners, intercepts).run();
    checkTogether(rules, halfClose, limits);
    new AdminChecks(findings, listeners, admin).run();
    if (findings.count() > 0) {
      return null;
    }
    return new FinwardConfig(
        findings.places(),
        listeners.stream().map(Keyed::value).toList(),
        intercepts.stream().map(Keyed::value).toList(),
        rules,
        halfClose,
        timeouts,
        limits,
        admin,
        access,
        users,
        opening,
        explicit,
        errorPages,
        routes,
        treatment,
        conditions.files(),
        conditions.hosts(),
        accessLogs,
        logs.levels(),
        loops);
  }

  private static LoopSettings loops(Section top) {
    LoopSettings unset = LoopSettings.of(Runtime.getRuntime().availableProcessors());
    int threads = top.read("threads", Kinds.count(1, 1024), unset.number());
    int micros =
        top.read(
            "busy-poll", Kinds.count(0, 1000), Math.toIntExact(unset.busyPoll().toNanos() / 1000));
    SchedulingPolicy scheduling =
        top.read("scheduling", Kinds.word(SCHEDULING), unset.scheduling());
    return new LoopSettings(threads, Duration.ofNanos(1000L * micros), scheduling);
  }

  private RulesSettings rules(Section section) {
    RulesSettings unset = RulesSettings.DEFAULT;
    RulesSettings rules =
        new RulesSettings(
            section.read("nat", Kinds.BOOLEAN, unset.nat()),
            section.read("wall", Kinds.BOOLEAN, unset.wall()),
            section.read("lease", Kinds.BOOLEAN, unset.lease()),
            section.read("track-upstream", Kinds.ENTRIES, unset.trackUpstream()),
            section.read("track-tproxy", Kinds.ENTRIES, unset.trackTproxy()),
            section.read("destroy-events", Kinds.BOOLEAN, unset.destroyEvents()),
            section.read("on-stop", Kinds.word(ON_STOP), unset.onStop()),
            section.read("upstream-mark", Kinds.mark(), unset.upstreamMark()),
            section.read("tproxy-mark", Kinds.mark(), unset.tproxyMark()),
            section.read("nflog-group", Kinds.count(1, 65535), unset.nflogGroup()));
    section.refuseUnknown();
    return rules;
  }

  private HalfClose halfClose(Section section) {
    HalfClose unset = HalfClose.DEFAULT;
    HalfClose halfClose =
        new HalfClose(
            section.read("hold", Kinds.DURATION, unset.hold()),
            section.read("park", Kinds.DURATION, unset.park()),
            section.read("max-held", Kinds.count(1, MOST_DESCRIPTORS), unset.maxHeld()));
    section.refuseUnknown();
    return halfClose;
  }

  private Timeouts timeouts(Section section) {
    Timeouts unset = Timeouts.DEFAULT;
    Timeouts timeouts =
        new Timeouts(
            section.read("connect", Kinds.DURATION, unset.connect()),
            section.read("idle", Kinds.DURATION, unset.idle()));
    section.refuseUnknown();
    return timeouts;
  }

  private Limits limits(Section section) {
    Kind<OptionalInt> count =
        value -> OptionalInt.of(Kinds.count(1, MOST_DESCRIPTORS).parse(value));
    Kind<OptionalInt> descriptors =
        value -> OptionalInt.of(Kinds.count(64, MOST_DESCRIPTORS).parse(value));
    Limits limits =
        new Limits(
            section.read("sessions", count, OptionalInt.empty()),
            section.read("sessions-per-client", count, OptionalInt.empty()),
            section.read("descriptors", descriptors, OptionalInt.empty()),
            section.read("table-alarm", Kinds.count(1, 100), Limits.DEFAULT.tableAlarm()),
            section.read("table-refuse", Kinds.count(1, 100), Limits.DEFAULT.tableRefuse()));
    section.refuseUnknown();
    return limits;
  }

  private AdminSettings admin(Section section) {
    AdminSettings admin =
        new AdminSettings(
            section.read("socket", Kinds.SOCKET_PATH, AdminSettings.DEFAULT.socket()),
            section.readOptional("http", Kinds.ENDPOINT),
            section.readOptional("jmx", Kinds.ENDPOINT));
    section.refuseUnknown();
    return admin;
  }

  private void checkTogether(RulesSettings rules, HalfClose halfClose, Limits limits) {
    if (halfClose.park().compareTo(halfClose.hold()) < 0) {
      boolean park = findings.has("half-close.park");
      findings.wrong(
          park ? "half-close.park" : "half-close.hold",
          park
              ? "at least half-close.hold, " + Kinds.spoken(halfClose.hold())
              : "at most half-close.park, " + Kinds.spoken(halfClose.park()));
    }
    if (rules.upstreamMark() == rules.tproxyMark()) {
      findings.wrong(
          findings.has("rules.upstream-mark") ? "rules.upstream-mark" : "rules.tproxy-mark",
          "two different marks for upstream sockets and TPROXY packets");
    }
    if (limits.tableAlarm() > limits.tableRefuse()) {
      boolean alarm = findings.has("limits.table-alarm");
      findings.wrong(
          alarm ? "limits.table-alarm" : "limits.table-refuse",
          alarm
              ? "at most limits.table-refuse, " + limits.tableRefuse()
              : "at least limits.table-alarm, " + limits.tableAlarm());
    }
    if (limits.sessions().isPresent() && limits.descriptors().isPresent()) {
      int most = Limits.sessionsWithin(limits.descriptors().getAsInt());
      if (limits.sessions().getAsInt() > most) {
        findings.wrong(
            "limits.sessions",
            "at most %d, two descriptors for each session within limits.descriptors = %d"
                .formatted(most, limits.descriptors().getAsInt()));
      }
    }
  }
}
