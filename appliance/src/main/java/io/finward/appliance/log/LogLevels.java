package io.finward.appliance.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The level of each subsystem, while the process runs. {@code default} is all that has none of its
 * own. Thread-safe.
 */
public final class LogLevels {
  /** All that has no level of its own. */
  public static final String DEFAULT = "default";

  /** Which loggers make up a subsystem: packages, and the names that log lines show. */
  private static final Map<String, List<String>> SUBSYSTEMS = new TreeMap<>();

  static {
    SUBSYSTEMS.put(DEFAULT, List.of(org.slf4j.Logger.ROOT_LOGGER_NAME));
    SUBSYSTEMS.put("access-log", List.of("access-log"));
    SUBSYSTEMS.put("admin", List.of("io.finward.appliance.admin", "io.finward.appliance.jmx"));
    SUBSYSTEMS.put("config", List.of("config", "files", "hosts", "users"));
    SUBSYSTEMS.put("conntrack", List.of("conntrack", "io.finward.conntrack"));
    SUBSYSTEMS.put("netlink", List.of("io.finward.linux.netlink"));
    SUBSYSTEMS.put("netty", List.of("io.netty"));
    SUBSYSTEMS.put("parents", List.of("parents"));
    SUBSYSTEMS.put("proxy", List.of("io.finward.proxy", "io.finward.linux.socket"));
    SUBSYSTEMS.put("rules", List.of("rules", "io.finward.nat"));
    SUBSYSTEMS.put("session", List.of("session"));
  }

  private LogLevels() {}

  /** Whether there is a subsystem of that name. */
  public static boolean has(String subsystem) {
    return SUBSYSTEMS.containsKey(subsystem);
  }

  /** The names of the subsystems, in order. */
  public static List<String> subsystems() {
    return List.copyOf(SUBSYSTEMS.keySet());
  }

  /** Takes the levels of a configuration; what it does not name is as at the start. */
  public static void apply(Map<String, LogLevel> levels) {
    for (String subsystem : SUBSYSTEMS.keySet()) {
      LogLevel level = levels.get(subsystem);
      set(subsystem, level == null ? unset(subsystem) : Level.toLevel(level.word()));
    }
  }

  /**
   * Sets one level, until the configuration is read again.
   *
   * @throws IllegalArgumentException when there is no such subsystem
   */
  public static void set(String subsystem, LogLevel level) {
    if (!has(subsystem)) {
      throw new IllegalArgumentException(
          "subsystem = \"%s\" (expected: one of %s)"
              .formatted(subsystem, String.join(", ", subsystems())));
    }
    set(subsystem, Level.toLevel(level.word()));
  }

  /** The levels that count now, by subsystem. */
  public static Map<String, String> now() {
    Map<String, String> levels = new LinkedHashMap<>();
    SUBSYSTEMS.forEach((subsystem, loggers) -> {
      Level level = context().getLogger(loggers.getFirst()).getEffectiveLevel();
      levels.put(subsystem, level.toString().toLowerCase(java.util.Locale.ROOT));
    });
    return levels;
  }

  /** What a subsystem has when nobody says anything: null for that of {@code default}. */
  static @Nullable Level unset(String subsystem) {
    return switch (subsystem) {
      case DEFAULT -> Level.toLevel(System.getProperty("finward.log"), Level.INFO);
      case "netty" -> Level.WARN;
      default -> null;
    };
  }

  private static void set(String subsystem, @Nullable Level level) {
    for (String name : SUBSYSTEMS.getOrDefault(subsystem, List.of())) {
      Logger logger = context().getLogger(name);
      logger.setLevel(level);
    }
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
