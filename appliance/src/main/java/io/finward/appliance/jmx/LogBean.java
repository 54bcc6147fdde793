package io.finward.appliance.jmx;

import io.finward.appliance.jmx.OpenTable.Column;
import io.finward.appliance.log.LogLevel;
import io.finward.appliance.log.LogLevels;
import java.util.List;
import java.util.Map;
import javax.management.openmbean.TabularData;

/** The levels of the log. */
final class LogBean implements LogMBean {
  private static final OpenTable<Map.Entry<String, String>> LEVELS =
      new OpenTable<>(
          "LogLevel",
          List.of(
              Column.text("subsystem", "whose", Map.Entry::getKey),
              Column.text("level", "off, error, warn, info, debug or trace", Map.Entry::getValue)));

  @Override
  public TabularData getLevels() {
    return LEVELS.of(List.copyOf(LogLevels.now().entrySet()));
  }

  @Override
  public void setLevel(String subsystem, String level) {
    LogLevel meant = LogLevel.WORDS.get(level);
    if (meant == null) {
      throw new IllegalArgumentException(
          "level = \"%s\" (expected: off, error, warn, info, debug or trace)".formatted(level));
    }
    LogLevels.set(subsystem, meant);
  }
}
