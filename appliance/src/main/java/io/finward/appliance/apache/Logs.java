package io.finward.appliance.apache;

import io.finward.appliance.accesslog.BadFormatException;
import io.finward.appliance.accesslog.LogFormat;
import io.finward.appliance.apache.Ledger.Fate;
import io.finward.appliance.apache.syntax.HttpdConf;
import io.finward.appliance.apache.syntax.Node;
import io.finward.appliance.apache.syntax.Node.Directive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code LogFormat}, {@code CustomLog} and {@code TransferLog}, their strings as they are; {@code
 * LogLevel}.
 */
final class Logs {
  private final HttpdConf conf;
  private final Ledger ledger;
  private final Map<String, Format> formats = new LinkedHashMap<>();
  private final Map<String, Log> logs = new LinkedHashMap<>();
  private final Levels levels;

  /** A format that a log uses. */
  private record Format(String text, Directive source) {}

  /** A log, and the doors that write it. */
  private record Log(String to, String format, List<String> doors, List<Node> sources) {}

  Logs(HttpdConf conf, Ledger ledger) {
    this.conf = conf;
    this.ledger = ledger;
    levels = new Levels(ledger);
  }

  /** Adds the logs of a door: its host's own, or else the main server's. */
  void add(Door door) {
    Scope scope = door.scope();
    List<Directive> all = new ArrayList<>(scope.every("CustomLog"));
    all.addAll(scope.every("TransferLog"));
    List<Node> own = scope.host() == null ? List.of() : scope.host().nodes();
    List<Directive> counting = all.stream().filter(own::contains).toList();
    for (Directive log : all) {
      if (counting.isEmpty() || counting.contains(log)) {
        log(door, log);
      } else {
        ledger.settle(log, Fate.OVERRIDDEN);
      }
    }
    levels.read(scope);
    for (Directive global : scope.every("GlobalLog")) {
      log(door, global);
    }
  }

  private void log(Door door, Directive log) {
    String target = log.word(0);
    String condition =
        log.words().stream().skip(1).filter(Logs::isCondition).findFirst().orElse("");
    String to = to(target);
    if (target.startsWith("|")) {
      ledger.notCarried(log, "no pipes: write to a file, or to standard output");
    } else if (to == null) {
      ledger.notCarried(log, "no file of this machine");
    } else if (!condition.isEmpty()) {
      ledger.notCarried(log, "no conditions on logs (%s)".formatted(condition));
    } else if (target.equals("/dev/null")) {
      ledger.settle(log, Fate.NO_MEANING);
    } else {
      String format = format(door.scope(), log);
      if (format != null) {
        ledger.carried(log);
        logs.computeIfAbsent(
                to + " " + format, _ -> new Log(to, format, new ArrayList<>(), new ArrayList<>()))
            .doors()
            .add(door.name());
        Log entry = logs.get(to + " " + format);
        if (entry != null && !entry.sources().contains(log)) {
          entry.sources().add(log);
        }
      }
    }
  }

  private static boolean isCondition(String word) {
    return word.startsWith("env=") || word.startsWith("expr=");
  }

  private @Nullable String to(String target) {
    if (target.equals("/dev/stdout") || target.equals("/proc/self/fd/1")) {
      return "stdout";
    }
    if (target.matches("[A-Za-z]:[/\\\\].*|.*\\\\.*|/dev/stderr|/proc/.*|syslog.*|")) {
      return null;
    }
    return "file:" + conf.path(target);
  }

  /** What the log's {@code format} says; null when it is on the list instead. */
  private @Nullable String format(Scope scope, Directive log) {
    String given = log.is("TransferLog") ? "" : log.word(1);
    Directive named = given.contains("%") ? null : definition(scope, given);
    String text = named == null ? given : named.word(0);
    if (text.isEmpty()) {
      text = "common";
    }
    try {
      LogFormat.parse(text);
    } catch (BadFormatException e) {
      ledger.notCarried(log, "its format: " + e.expected());
      return null;
    }
    if (!text.contains("%") && !LogFormat.NICKNAMES.containsKey(text)) {
      ledger.notCarried(log, "no LogFormat is called \"%s\"".formatted(text));
      return null;
    }
    if (named == null) {
      return text;
    }
    ledger.carried(named);
    if (given.isEmpty() || text.equals(LogFormat.NICKNAMES.get(given))) {
      return given.isEmpty() ? text : given;
    }
    String name = given.equals("json") ? "json-of-apache" : given;
    Format had = formats.putIfAbsent(name, new Format(text, named));
    return had == null || had.text().equals(text) ? name : text;
  }

  /** The definition of a nickname; of none, that of {@code TransferLog}. */
  private @Nullable Directive definition(Scope scope, String nickname) {
    Directive found = null;
    for (Directive format : scope.every("LogFormat")) {
      if (format.word(1).equals(nickname)) {
        if (found != null) {
          ledger.settle(found, Fate.OVERRIDDEN);
        }
        found = format;
      }
    }
    return found;
  }

  void write(ConfText out, int doors) {
    if (logs.isEmpty() && levels.isEmpty()) {
      return;
    }
    out.open("log", List.of());
    levels.write(out);
    if (!logs.isEmpty()) {
      writeLogs(out, doors);
    }
    out.close();
  }

  private void writeLogs(ConfText out, int doors) {
    if (!formats.isEmpty()) {
      out.open("formats", List.of());
      formats.forEach((name, format) ->
          out.line(
              Hocon.quoted(name) + " = " + Hocon.quoted(format.text()), List.of(format.source())));
      out.close();
    }
    out.open("access = [", List.of());
    for (Log log : logs.values()) {
      String only = log.doors().size() == doors ? "" : ", listeners = " + Hocon.list(log.doors());
      out.line(
          "{ to = %s, format = %s%s }"
              .formatted(Hocon.value(log.to()), Hocon.value(log.format()), only),
          log.sources());
    }
    out.close("]");
  }
}
