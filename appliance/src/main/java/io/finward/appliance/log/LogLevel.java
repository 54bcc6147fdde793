package io.finward.appliance.log;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How much is logged, from the least on. */
public enum LogLevel {
  /** Nothing. */
  OFF,
  /** What is broken. */
  ERROR,
  /** What may not be as meant. */
  WARN,
  /** What an operator wants to know. */
  INFO,
  /** What somebody who looks for a cause wants to know. */
  DEBUG,
  /** Everything. */
  TRACE;

  /** The levels by their words. */
  public static final Map<String, LogLevel> WORDS =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(LogLevel::word, one -> one));

  /** Lower case, as the configuration says it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
