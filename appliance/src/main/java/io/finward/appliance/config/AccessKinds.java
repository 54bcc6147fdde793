package io.finward.appliance.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.typesafe.config.ConfigValue;
import io.finward.proxy.access.Condition.Ports;
import io.finward.proxy.access.NameSet;
import io.finward.proxy.access.Networks;
import io.finward.proxy.access.TimeWindow;
import io.finward.proxy.session.Heard.Protocol;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of values that rules have. */
final class AccessKinds {
  static final Kind<Path> FILE =
      value -> {
        String path = Kinds.TEXT.parse(value);
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
          throw new WrongValueException("an absolute path");
        }
        return Path.of(path);
      };

  static final Kind<Networks.Network> NETWORK =
      value -> {
        Network network = Kinds.NETWORK.parse(value);
        return new Networks.Network(network.address(), network.prefix());
      };

  static final Kind<Ports.Range> PORTS =
      value -> {
        PortRange range = Kinds.PORTS.parse(value);
        return new Ports.Range(range.first(), range.last());
      };

  static final Kind<String> NAME =
      value -> {
        String name = Kinds.TEXT.parse(value);
        try {
          NameSet.of(List.of(name));
          return name;
        } catch (IllegalArgumentException _) {
          throw new WrongValueException(
              "a host name: www.example.org, .example.org with all below it, or *.example.org for"
                  + " what is below it; name-regex and name-contains take other patterns");
        }
      };

  /** One host, whose addresses DNS tells. */
  static final Kind<String> HOST =
      value -> {
        String host = Kinds.TEXT.parse(value).toLowerCase(Locale.ROOT);
        boolean name =
            host.matches("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
        if (!name || host.length() > 253 || host.matches("[0-9.]+")) {
          throw new WrongValueException(
              "a host name, as in www.example.org; destination has addresses");
        }
        return host;
      };

  static final Kind<String> SPOKEN =
      Kinds.word(
          Arrays.stream(Protocol.values())
              .collect(Collectors.toUnmodifiableMap(Protocol::word, Protocol::word)));

  static final Kind<String> NAME_PART =
      value -> {
        String part = Kinds.TEXT.parse(value).toLowerCase(Locale.ROOT);
        if (!part.matches("[a-z0-9_.-]{1,253}")) {
          throw new WrongValueException("a part of a host name, as in casino");
        }
        return part;
      };

  static final Kind<Pattern> NAME_REGEX = value -> regex(value, Pattern.CASE_INSENSITIVE);

  static final Kind<Pattern> URL_REGEX = value -> regex(value, 0);

  static final Kind<String> URL =
      value -> {
        String url = Kinds.TEXT.parse(value);
        if (!url.matches("[!-~]{1,2048}")) {
          throw new WrongValueException(
              "the beginning of a URL, as in http://www.example.org/ads/, or of HOST:PORT for"
                  + " CONNECT");
        }
        return url;
      };

  static final Kind<String> METHOD =
      value -> {
        String method = Kinds.TEXT.parse(value);
        if (!method.matches("[A-Z][A-Z-]{0,31}")) {
          throw new WrongValueException("an HTTP method in upper case, as in POST or CONNECT");
        }
        return method;
      };

  /** A user or a group. */
  static final Kind<String> PERSON =
      value -> {
        String name = Kinds.TEXT.parse(value);
        if (name.isEmpty() || name.indexOf(':') >= 0) {
          throw new WrongValueException("a name without a colon, as in the users' file");
        }
        return name;
      };

  static final Kind<Boolean> TRUE =
      value -> {
        if (!Kinds.BOOLEAN.parse(value)) {
          throw new WrongValueException("true; not { valid-user = true } is the opposite");
        }
        return true;
      };

  static final Kind<TimeWindow> TIME = AccessKinds::time;

  private static final String TIME_EXPECTED =
      "days, hours or both, and a time zone if another than this machine's, as in"
          + " \"Mon-Fri 08:00-18:00 Europe/Berlin\" or \"Sat,Sun\"";
  private static final String HOUR = "([01][0-9]|2[0-4]):([0-5][0-9])";
  private static final java.util.regex.Pattern HOURS =
      java.util.regex.Pattern.compile(HOUR + "-" + HOUR);
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  private AccessKinds() {}

  private static Pattern regex(ConfigValue value, int flags) throws WrongValueException {
    try {
      return Pattern.compile(Kinds.TEXT.parse(value), flags);
    } catch (PatternSyntaxException e) {
      throw new WrongValueException("a regular expression as RE2 has them; " + e.getMessage());
    }
  }

  private static TimeWindow time(ConfigValue value) throws WrongValueException {
    Set<DayOfWeek> days = EnumSet.allOf(DayOfWeek.class);
    LocalTime from = LocalTime.MIDNIGHT;
    LocalTime to = LocalTime.MIDNIGHT;
    ZoneId zone = ZoneId.systemDefault();
    String[] words = Kinds.TEXT.parse(value).strip().split("\\s+", -1);
    int at = 0;
    Set<DayOfWeek> said = days(words[0]);
    if (said != null) {
      days = said;
      at++;
    }
    Matcher hours = at < words.length ? HOURS.matcher(words[at]) : null;
    if (hours != null && hours.matches()) {
      from = clock(hours, 1);
      to = clock(hours, 3);
      at++;
    }
    if (at == 0) {
      throw new WrongValueException(TIME_EXPECTED);
    }
    if (at < words.length) {
      zone = zone(words[at++]);
    }
    if (at < words.length) {
      throw new WrongValueException(TIME_EXPECTED);
    }
    return new TimeWindow(days, from, to, zone);
  }

  private static LocalTime clock(Matcher hours, int group) throws WrongValueException {
    int hour = Integer.parseInt(String.valueOf(hours.group(group)));
    int minute = Integer.parseInt(String.valueOf(hours.group(group + 1)));
    if (hour == 24 && (minute > 0 || group == 1)) {
      throw new WrongValueException("hours from 00:00 to 24:00");
    }
    return LocalTime.of(hour % 24, minute);
  }

  private static ZoneId zone(String name) throws WrongValueException {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException _) {
      throw new WrongValueException("a time zone as in Europe/Berlin or UTC, not " + name);
    }
  }

  /** The days of a list of days and ranges of days; null when it is none. */
  private static @Nullable Set<DayOfWeek> days(String text) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String part : text.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] ends = part.split("-", -1);
      int first = DAYS.indexOf(ends[0]);
      int last = DAYS.indexOf(ends[ends.length - 1]);
      if (ends.length > 2 || first < 0 || last < 0) {
        return null;
      }
      for (int day = first; ; day = (day + 1) % 7) {
        days.add(DayOfWeek.of(day + 1));
        if (day == last) {
          break;
        }
      }
    }
    return days;
  }
}
