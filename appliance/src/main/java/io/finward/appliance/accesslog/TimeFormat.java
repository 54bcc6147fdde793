package io.finward.appliance.accesslog;

import io.finward.appliance.accesslog.LogFormat.Part;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code %t}: the time in the Common Log Format, as {@code strftime} in the C locale has it, or
 * since the epoch. The clocks of sessions tell milliseconds: {@code usec} ends in zeros.
 */
final class TimeFormat {
  private static final String[] MONTHS = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };

  /** One conversion of {@code strftime}. */
  @FunctionalInterface
  private interface Conversion {
    void append(ZonedDateTime time, LineBuffer out);
  }

  private TimeFormat() {}

  /**
   * The part that writes a time.
   *
   * @param argument what stood in braces, or empty
   * @throws BadFormatException with the position of a conversion that {@code strftime} has not
   */
  static Part parse(String argument, ZoneId zone) throws BadFormatException {
    boolean end = argument.startsWith("end:");
    int skipped = end ? 4 : argument.startsWith("begin:") ? 6 : 0;
    String format = argument.substring(skipped);
    ToLongFunction<LogEvent> millis = end ? LogEvent::endedMillis : LogEvent::startedMillis;
    return switch (format) {
      case "" -> (event, out) -> clf(at(millis.applyAsLong(event), zone), out);
      case "sec" -> (event, out) -> out.add(millis.applyAsLong(event) / 1000);
      case "msec" -> (event, out) -> out.add(millis.applyAsLong(event));
      case "usec" -> (event, out) -> out.add(millis.applyAsLong(event) * 1000);
      case "msec_frac" -> (event, out) -> out.padded(millis.applyAsLong(event) % 1000, 3, '0');
      case "usec_frac" ->
          (event, out) -> out.padded(millis.applyAsLong(event) % 1000 * 1000, 6, '0');
      default -> {
        List<Conversion> conversions = conversions(format, skipped);
        yield (event, out) -> {
          ZonedDateTime time = at(millis.applyAsLong(event), zone);
          for (Conversion conversion : conversions) {
            conversion.append(time, out);
          }
        };
      }
    };
  }

  private static ZonedDateTime at(long millis, ZoneId zone) {
    return ZonedDateTime.ofInstant(Instant.ofEpochMilli(millis), zone);
  }

  private static List<Conversion> conversions(String format, int skipped)
      throws BadFormatException {
    List<Conversion> conversions = new ArrayList<>();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        conversions.add((_, out) -> out.add(c));
        continue;
      }
      int start = i++;
      if (i < format.length() && (format.charAt(i) == 'E' || format.charAt(i) == 'O')) {
        i++; // other digits and eras, of which the C locale has none
      }
      Conversion known = i < format.length() ? conversion(format.charAt(i)) : null;
      if (known == null) {
        throw new BadFormatException(skipped + start + 1, "a conversion of strftime(3) in %{...}t");
      }
      conversions.add(known);
    }
    return conversions;
  }

  private static @Nullable Conversion conversion(char letter) {
    return switch (letter) {
      case 'a' -> (t, out) -> out.add(day(t, TextStyle.SHORT));
      case 'A' -> (t, out) -> out.add(day(t, TextStyle.FULL));
      case 'b', 'h' -> (t, out) -> out.add(MONTHS[t.getMonthValue() - 1]);
      case 'B' -> (t, out) -> out.add(t.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
      case 'c' -> all("a b e T Y", ' ');
      case 'C' -> (t, out) -> out.padded(t.getYear() / 100, 2, '0');
      case 'd' -> (t, out) -> out.padded(t.getDayOfMonth(), 2, '0');
      case 'D', 'x' -> all("m d y", '/');
      case 'e' -> (t, out) -> out.padded(t.getDayOfMonth(), 2, ' ');
      case 'F' -> all("Y m d", '-');
      case 'g' -> (t, out) -> out.padded(t.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, '0');
      case 'G' -> (t, out) -> out.add(t.get(IsoFields.WEEK_BASED_YEAR));
      case 'H' -> (t, out) -> out.padded(t.getHour(), 2, '0');
      case 'I' -> (t, out) -> out.padded(halfDayHour(t), 2, '0');
      case 'j' -> (t, out) -> out.padded(t.getDayOfYear(), 3, '0');
      case 'k' -> (t, out) -> out.padded(t.getHour(), 2, ' ');
      case 'l' -> (t, out) -> out.padded(halfDayHour(t), 2, ' ');
      case 'm' -> (t, out) -> out.padded(t.getMonthValue(), 2, '0');
      case 'M' -> (t, out) -> out.padded(t.getMinute(), 2, '0');
      case 'n' -> (_, out) -> out.add('\n');
      case 'p' -> (t, out) -> out.add(t.getHour() < 12 ? "AM" : "PM");
      case 'P' -> (t, out) -> out.add(t.getHour() < 12 ? "am" : "pm");
      case 'r' -> all("I:M:S p", ' ');
      case 'R' -> all("H M", ':');
      case 's' -> (t, out) -> out.add(t.toEpochSecond());
      case 'S' -> (t, out) -> out.padded(t.getSecond(), 2, '0');
      case 't' -> (_, out) -> out.add('\t');
      case 'T', 'X' -> all("H M S", ':');
      case 'u' -> (t, out) -> out.add(t.getDayOfWeek().getValue());
      case 'U' -> (t, out) -> out.padded(week(t, t.getDayOfWeek().getValue() % 7), 2, '0');
      case 'V' -> (t, out) -> out.padded(t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0');
      case 'w' -> (t, out) -> out.add(t.getDayOfWeek().getValue() % 7);
      case 'W' -> (t, out) -> out.padded(week(t, t.getDayOfWeek().getValue() - 1), 2, '0');
      case 'y' -> (t, out) -> out.padded(t.getYear() % 100, 2, '0');
      case 'Y' -> (t, out) -> out.add(t.getYear());
      case 'z' -> TimeFormat::offset;
      case 'Z' -> (t, out) -> out.add(zoneName(t));
      case '%' -> (_, out) -> out.add('%');
      default -> null;
    };
  }

  /** Conversions in the place of their letters, with blanks replaced by {@code between}. */
  private static Conversion all(String letters, char between) {
    return (time, out) -> {
      for (int i = 0; i < letters.length(); i++) {
        Conversion one =
            Character.isLetter(letters.charAt(i)) ? conversion(letters.charAt(i)) : null;
        if (one != null) {
          one.append(time, out);
        } else {
          out.add(letters.charAt(i) == ' ' ? between : letters.charAt(i));
        }
      }
    };
  }

  private static void clf(ZonedDateTime time, LineBuffer out) {
    out.add('[').padded(time.getDayOfMonth(), 2, '0').add('/');
    out.add(MONTHS[time.getMonthValue() - 1]).add('/').add(time.getYear()).add(':');
    out.padded(time.getHour(), 2, '0').add(':').padded(time.getMinute(), 2, '0').add(':');
    out.padded(time.getSecond(), 2, '0').add(' ');
    offset(time, out);
    out.add(']');
  }

  private static void offset(ZonedDateTime time, LineBuffer out) {
    int seconds = time.getOffset().getTotalSeconds();
    out.add(seconds < 0 ? '-' : '+');
    out.padded(Math.abs(seconds) / 3600, 2, '0').padded(Math.abs(seconds) / 60 % 60, 2, '0');
  }

  private static String day(ZonedDateTime time, TextStyle style) {
    return time.getDayOfWeek().getDisplayName(style, Locale.ENGLISH);
  }

  private static int halfDayHour(ZonedDateTime time) {
    return (time.getHour() + 11) % 12 + 1;
  }

  /** The week of the year, of which days before the first first day are week 0. */
  private static int week(ZonedDateTime time, int daysSinceFirst) {
    return (time.getDayOfYear() - 1 + 7 - daysSinceFirst) / 7;
  }

  private static String zoneName(ZonedDateTime time) {
    boolean summer = time.getZone().getRules().isDaylightSavings(time.toInstant());
    return TimeZone.getTimeZone(time.getZone())
        .getDisplayName(summer, TimeZone.SHORT, Locale.ENGLISH);
  }
}
