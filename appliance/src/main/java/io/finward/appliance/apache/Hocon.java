package io.finward.appliance.apache;

import java.util.List;

/** Values as the configuration has them. */
final class Hocon {
  private Hocon() {}

  /** A text, in quotes unless it is a plain word or a number. */
  static String value(String text) {
    return text.matches("[a-z][a-z0-9-]*|[1-9][0-9]{0,8}|GET|PUT|POST|HEAD|CONNECT")
            && !text.matches("true|false|null|yes|no|on|off|include.*")
        ? text
        : quoted(text);
  }

  /** A text in quotes. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ') {
            quoted.append("\\u%04x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** One of them alone, more as a list. */
  static String oneOrList(List<String> values) {
    return values.size() == 1 ? value(values.getFirst()) : list(values);
  }

  static String list(List<String> values) {
    return "[" + String.join(", ", values.stream().map(Hocon::value).toList()) + "]";
  }

  /** Seconds as a duration. */
  static String seconds(long millis) {
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
