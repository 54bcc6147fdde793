package io.finward.appliance.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.finward.appliance.text.AddressText;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of values a configuration has. */
final class Kinds {
  /** HOCON would read a bare number as milliseconds, which nobody means: a unit is required. */
  static final Kind<Duration> DURATION =
      value -> duration(text(value, "a duration with a unit: ms, s, m, h or d, as in 5m"));

  static final Kind<Boolean> BOOLEAN =
      value ->
          switch (plain(value)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new WrongValueException("true or false");
          };

  static final Kind<RulesSettings.Entries> ENTRIES =
      value -> {
        if (plain(value).equals("auto")) {
          return RulesSettings.Entries.AUTO;
        }
        try {
          return BOOLEAN.parse(value) ? RulesSettings.Entries.ALWAYS : RulesSettings.Entries.NEVER;
        } catch (WrongValueException _) {
          throw new WrongValueException("auto, true or false");
        }
      };

  static final Kind<String> TEXT = value -> text(value, "a string");

  static final Kind<Path> SOCKET_PATH =
      value -> {
        String path = text(value, "an absolute path");
        // sun_path of struct sockaddr_un has 108 bytes, and the lock's name is longer by 5.
        if (!path.startsWith("/") || path.length() > 100 || path.indexOf('\0') >= 0) {
          throw new WrongValueException("an absolute path of at most 100 characters");
        }
        return Path.of(path);
      };

  static final Kind<InetSocketAddress> ENDPOINT =
      value -> {
        String expected = "an IP address and a port from 1 to 65535, as in 192.0.2.1:80 or [::]:80";
        InetSocketAddress endpoint = AddressText.parseEndpoint(text(value, expected));
        if (endpoint == null) {
          throw new WrongValueException(expected);
        }
        return endpoint;
      };

  static final Kind<Network> NETWORK = value -> network(text(value, Kinds.NETWORK_EXPECTED));

  static final Kind<PortRange> PORTS = Kinds::ports;

  private static final String NETWORK_EXPECTED =
      "an IP address or a network, as in 192.0.2.1, 198.51.100.0/24 or 2001:db8::/32";
  private static final String PORTS_EXPECTED =
      "a port from 1 to 65535 or a range of them, as in \"80\" or \"8000-8099\"";
  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,9}) ?(ms|s|m|h|d)");
  private static final Duration LONGEST = Duration.ofDays(365);

  private Kinds() {}

  /** A whole number within bounds. */
  static Kind<Integer> count(int least, int most) {
    return value -> {
      String expected = "a whole number from %d to %d".formatted(least, most);
      if (value.valueType() != ConfigValueType.NUMBER) {
        throw new WrongValueException(expected);
      }
      try {
        int number = new BigDecimal(plain(value)).intValueExact();
        if (number >= least && number <= most) {
          return number;
        }
      } catch (ArithmeticException _) {
        // A fraction, or past an int: as wrong as any other number.
      }
      throw new WrongValueException(expected);
    };
  }

  /** A packet mark: any 32 bits but 0, which is what unmarked packets have. */
  static Kind<Integer> mark() {
    return value -> {
      try {
        long mark = Long.decode(plain(value));
        if (mark > 0 && mark <= 0xffff_ffffL) {
          return (int) mark;
        }
      } catch (NumberFormatException _) {
        // Said below.
      }
      throw new WrongValueException("a mark from 0x1 to 0xffffffff");
    };
  }

  /** One of some words. */
  static <T> Kind<T> word(Map<String, T> words) {
    return value -> {
      T meant = words.get(plain(value));
      if (meant == null) {
        throw new WrongValueException(choice(words));
      }
      return meant;
    };
  }

  /** What the words of {@link #word} are, for a message. */
  static String choice(Map<String, ?> words) {
    return alternatives(new TreeMap<>(words).keySet());
  }

  /** A duration as a configuration would say it. */
  static String spoken(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  /** {@code a}, {@code a or b}, {@code one of a, b, c}. */
  static String alternatives(Collection<String> words) {
    return words.size() <= 2 ? String.join(" or ", words) : "one of " + String.join(", ", words);
  }

  private static String text(ConfigValue value, String expected) throws WrongValueException {
    if (value.valueType() != ConfigValueType.STRING) {
      throw new WrongValueException(expected);
    }
    return plain(value);
  }

  private static String plain(ConfigValue value) {
    return String.valueOf(value.unwrapped());
  }

  private static Duration duration(String text) throws WrongValueException {
    Matcher amount = AMOUNT.matcher(text);
    if (!amount.matches()) {
      throw new WrongValueException("a duration with a unit: ms, s, m, h or d, as in 5m");
    }
    long number = Long.parseLong(String.valueOf(amount.group(1)));
    Duration duration =
        switch (String.valueOf(amount.group(2))) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        };
    if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
      throw new WrongValueException("a duration longer than 0 and of at most 365d");
    }
    return duration;
  }

  private static Network network(String text) throws WrongValueException {
    int slash = text.indexOf('/');
    InetAddress address = AddressText.parseAddress(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new WrongValueException(NETWORK_EXPECTED);
    }
    int bits = address.getAddress().length * 8;
    if (slash < 0) {
      return new Network(address, bits);
    }
    String length = text.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
      throw new WrongValueException("a prefix length from /0 to /" + bits);
    }
    int prefix = Integer.parseInt(length);
    InetAddress masked = Network.masked(address, prefix);
    if (!masked.equals(address)) {
      throw new WrongValueException(
          "no bit set past the prefix: %s for the network, %s for the one address"
              .formatted(new Network(masked, prefix), AddressText.format(address)));
    }
    return new Network(address, prefix);
  }

  private static PortRange ports(ConfigValue value) throws WrongValueException {
    String[] ends = plain(value).split("-", -1);
    int first = AddressText.parsePort(ends[0]);
    int last = AddressText.parsePort(ends[ends.length - 1]);
    if (ends.length > 2 || first == 0 || last == 0) {
      throw new WrongValueException(PORTS_EXPECTED);
    }
    if (first > last) {
      throw new WrongValueException("the lower port first: \"%d-%d\"".formatted(last, first));
    }
    return new PortRange(first, last);
  }
}
