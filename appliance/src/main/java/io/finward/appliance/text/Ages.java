package io.finward.appliance.text;

/** Durations and sizes for people: two units at most. */
public final class Ages {
  private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Ages() {}

  /** As {@code 0.4s}, {@code 59s}, {@code 3m07s}, {@code 2h15m}, {@code 3d04h}. */
  public static String age(long millis) {
    long seconds = millis / 1000;
    if (seconds < 10) {
      return "%d.%ds".formatted(seconds, Math.max(0, millis) % 1000 / 100);
    }
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return "%dm%02ds".formatted(seconds / 60, seconds % 60);
    }
    long minutes = seconds / 60;
    return minutes < 24 * 60
        ? "%dh%02dm".formatted(minutes / 60, minutes % 60)
        : "%dd%02dh".formatted(minutes / (24 * 60), minutes / 60 % 24);
  }

  /** As {@code 512 B}, {@code 1.5 KiB}, {@code 512 MiB}. */
  public static String size(long bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < SIZES.length - 1) {
      value /= 1024;
      unit++;
    }
    String format = unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s";
    return format.formatted(value, SIZES[unit]);
  }
}
