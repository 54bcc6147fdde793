package io.finward.appliance.apache;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers and times as httpd reads them. */
final class Numbers {
  private static final Pattern TIME =
      Pattern.compile("([0-9]{1,9})(ms|s|mi|min|m|h|d)?", Pattern.CASE_INSENSITIVE);
  private static final long LONGEST_MILLIS = 365L * 24 * 3600 * 1000;

  private Numbers() {}

  /** A time in milliseconds; 0 when it is none, or longer than a year. */
  static long millis(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      return 0;
    }
    long number = Long.parseLong(String.valueOf(time.group(1)));
    String unit = time.group(2);
    long millis =
        switch (unit == null ? "s" : unit.toLowerCase(java.util.Locale.ROOT)) {
          case "ms" -> number;
          case "s" -> number * 1000;
          case "mi", "min", "m" -> number * 60_000;
          case "h" -> number * 3_600_000;
          default -> number * 86_400_000;
        };
    return millis <= LONGEST_MILLIS ? millis : 0;
  }

  /** A whole number; -1 when it is none. */
  static int count(String text) {
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
  }
}
