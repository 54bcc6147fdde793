package io.finward.proxy.access;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;

/**
 * A time of the day on some days of the week. When {@code from} is not before {@code to}, it goes
 * past midnight and belongs to the day on which it began; equal, it lasts a whole day.
 *
 * @param days on which it begins; never empty
 * @param from its first moment
 * @param to the first moment after it
 * @param zone whose clock it goes by, daylight saving included
 */
public record TimeWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
  public TimeWindow {
    days = Set.copyOf(days);
    if (days.isEmpty()) {
      throw new IllegalArgumentException("no days (expected: at least one)");
    }
  }

  /**
   * Whether a moment is in it.
   *
   * @param millis milliseconds since the epoch
   */
  public boolean contains(long millis) {
    ZonedDateTime moment = Instant.ofEpochMilli(millis).atZone(zone);
    LocalTime time = moment.toLocalTime();
    DayOfWeek day = moment.getDayOfWeek();
    if (from.isBefore(to)) {
      return days.contains(day) && !time.isBefore(from) && time.isBefore(to);
    }
    return !time.isBefore(from)
        ? days.contains(day)
        : time.isBefore(to) && days.contains(day.minus(1));
  }
}
