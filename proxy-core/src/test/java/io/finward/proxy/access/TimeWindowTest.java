package io.finward.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class TimeWindowTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Set<DayOfWeek> WORKDAYS = EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY);

  // 2026-01-05 is a Monday; Berlin is at +01:00 in winter, at +02:00 in summer.
  @ParameterizedTest
  @CsvSource({
    "08:00, 18:00, 2026-01-05T07:00:00Z, true",
    "08:00, 18:00, 2026-01-05T06:59:59Z, false",
    "08:00, 18:00, 2026-01-05T17:00:00Z, false",
    "08:00, 18:00, 2026-01-04T12:00:00Z, false",
    "08:00, 18:00, 2026-07-06T06:00:00Z, true",
    "08:00, 18:00, 2026-07-06T16:00:00Z, false",
    "22:00, 06:00, 2026-01-05T21:00:00Z, true",
    "22:00, 06:00, 2026-01-10T04:59:59Z, true",
    "22:00, 06:00, 2026-01-05T04:00:00Z, false",
    "22:00, 06:00, 2026-01-10T21:30:00Z, false",
    "00:00, 00:00, 2026-01-05T12:00:00Z, true",
    "00:00, 00:00, 2026-01-10T12:00:00Z, false",
  })
  void goesByTheClockOfItsZone(LocalTime from, LocalTime to, Instant moment, boolean within) {
    assertThat(new TimeWindow(WORKDAYS, from, to, BERLIN).contains(moment.toEpochMilli()))
        .isEqualTo(within);
  }
}
