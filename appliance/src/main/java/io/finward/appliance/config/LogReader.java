package io.finward.appliance.config;

import com.typesafe.config.ConfigValue;
import io.finward.appliance.accesslog.AccessLogEntry;
import io.finward.appliance.accesslog.BadFormatException;
import io.finward.appliance.accesslog.Destination;
import io.finward.appliance.accesslog.JsonFormat;
import io.finward.appliance.accesslog.LineFormat;
import io.finward.appliance.accesslog.LogFormat;
import io.finward.appliance.accesslog.LogMoment;
import io.finward.appliance.log.LogLevel;
import io.finward.appliance.log.LogLevels;
import io.finward.appliance.text.AddressText;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@code log}. */
final class LogReader {
  private static final Map<String, LogMoment> MOMENTS =
      Map.of("open", LogMoment.OPEN, "interval", LogMoment.INTERVAL, "end", LogMoment.END);
  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);
  private static final String TO =
      "stdout, file:/PATH, syslog:/dev/log or syslog:udp://ADDRESS:PORT";

  /** RFC 5424 section 6.2.1, those that are for programs like this. */
  private static final Map<String, Integer> FACILITIES = facilities();

  private static final int LOCAL7 = 23;

  private final Findings findings;
  private final Set<String> listeners;
  private final Map<String, LineFormat> formats = new HashMap<>();
  private final Map<String, LogLevel> levels = new HashMap<>();

  LogReader(Findings findings, Set<String> listeners) {
    this.findings = findings;
    this.listeners = listeners;
  }

  /** The levels by subsystem, as far as {@link #entries} has met some. */
  Map<String, LogLevel> levels() {
    return levels;
  }

  private void levels(Section section) {
    for (String subsystem : LogLevels.subsystems()) {
      LogLevel level = section.readOptional(subsystem, Kinds.word(LogLevel.WORDS));
      if (level != null) {
        levels.put(subsystem, level);
      }
    }
    section.refuseUnknown();
  }

  /** The access logs in which nothing is wrong. */
  List<AccessLogEntry> entries(Section top) {
    Section section = top.section("log");
    levels(section.section("levels"));
    formats.put("json", JsonFormat.JSON);
    formats.putAll(section.section("formats").readAll(value -> parse(Kinds.TEXT.parse(value))));
    List<AccessLogEntry> entries = new ArrayList<>();
    for (Section one : section.sections("access", "a list of access logs", true)) {
      AccessLogEntry entry = entry(one);
      if (entry != null) {
        entries.add(entry);
      }
    }
    section.refuseUnknown();
    return entries;
  }

  private @Nullable AccessLogEntry entry(Section section) {
    int before = findings.count();
    int facility = section.read("facility", Kinds.word(FACILITIES), LOCAL7);
    Destination to =
        section.readRequired("to", value -> destination(Kinds.TEXT.parse(value), facility), TO);
    LineFormat format =
        section.readRequired(
            "format", value -> format(Kinds.TEXT.parse(value)), "a format, as in combined");
    List<LogMoment> at = section.readOneOrMore("at", Kinds.word(MOMENTS));
    Duration interval = section.read("interval", Kinds.DURATION, INTERVAL);
    List<String> names = section.readOneOrMore("listeners", this::listener);
    section.refuseUnknown();
    if (interval.compareTo(LEAST_INTERVAL) < 0) {
      findings.wrong(section.key("interval"), "at least 1s");
    }
    if (section.has("interval") && !at.contains(LogMoment.INTERVAL)) {
      findings.wrong(section.key("interval"), "no such key without at = [interval]");
    }
    if (section.has("facility")
        && (to instanceof Destination.LogFile || to instanceof Destination.StandardOutput)) {
      findings.wrong(section.key("facility"), "no such key without to = \"syslog:...\"");
    }
    if (to == null || format == null || findings.count() > before) {
      return null;
    }
    return new AccessLogEntry(
        to,
        format,
        at.isEmpty() ? Set.of(LogMoment.END) : Set.copyOf(at),
        interval,
        names.contains("*") ? Set.of() : Set.copyOf(names));
  }

  private String listener(ConfigValue value) throws WrongValueException {
    String name = Kinds.TEXT.parse(value);
    if (!name.equals("*") && !listeners.isEmpty() && !listeners.contains(name)) {
      throw new WrongValueException(
          "* for all, or the name of a listener: " + Kinds.alternatives(listeners));
    }
    return name;
  }

  private LineFormat format(String text) throws WrongValueException {
    LineFormat known = formats.get(text);
    if (known != null) {
      return known;
    }
    if (!LogFormat.NICKNAMES.containsKey(text) && text.indexOf('%') < 0) {
      Set<String> names = new TreeSet<>(formats.keySet());
      names.addAll(LogFormat.NICKNAMES.keySet());
      throw new WrongValueException(
          "a format string of Apache's LogFormat, or " + Kinds.alternatives(names));
    }
    return parse(text);
  }

  private static LogFormat parse(String text) throws WrongValueException {
    try {
      return LogFormat.parse(text);
    } catch (BadFormatException e) {
      throw new WrongValueException(e.expected());
    }
  }

  private static Destination destination(String text, int facility) throws WrongValueException {
    if (text.equals("stdout")) {
      return new Destination.StandardOutput();
    }
    if (text.startsWith("file:/")) {
      return new Destination.LogFile(file(text.substring(5)));
    }
    if (text.startsWith("syslog:udp://")) {
      InetSocketAddress server = AddressText.parseEndpoint(text.substring(13));
      if (server != null) {
        return new Destination.SyslogServer(server, facility);
      }
    } else if (text.matches("syslog:/[^\\x00]{1,100}")) {
      return new Destination.SyslogSocket(Path.of(text.substring(7)), facility);
    }
    throw new WrongValueException(TO);
  }

  private static Path file(String text) throws WrongValueException {
    if (text.indexOf('\0') >= 0 || text.endsWith("/")) {
      throw new WrongValueException("the absolute path of a file");
    }
    Path path = Path.of(text);
    Path directory = path.getParent();
    if (directory == null || !Files.isDirectory(directory) || Files.isDirectory(path)) {
      throw new WrongValueException("a file in a directory that is there");
    }
    return path;
  }

  private static Map<String, Integer> facilities() {
    Map<String, Integer> facilities = new HashMap<>(Map.of("user", 1, "daemon", 3));
    for (int i = 0; i < 8; i++) {
      facilities.put("local" + i, 16 + i);
    }
    return Map.copyOf(facilities);
  }
}
