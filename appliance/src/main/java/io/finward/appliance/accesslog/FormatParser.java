package io.finward.appliance.accesslog;

import io.finward.appliance.accesslog.LogFormat.Part;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads a format string as Apache's {@code parse_log_string} does, but says what is wrong. */
final class FormatParser {
  private final String text;
  private final Directives directives;
  private int at;

  FormatParser(String text, ZoneId zone) {
    this.text = text;
    this.directives = new Directives(zone);
  }

  List<Part> parts() throws BadFormatException {
    List<Part> parts = new ArrayList<>();
    while (at < text.length()) {
      parts.add(text.charAt(at) == '%' ? directive() : literal());
    }
    return parts;
  }

  /** Up to the next directive; {@code \n}, {@code \t}, {@code \r} and {@code \\} mean one byte. */
  private Part literal() {
    StringBuilder literal = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '%') {
      char c = text.charAt(at++);
      int special = c == '\\' && at < text.length() ? "\\rnt".indexOf(text.charAt(at)) : -1;
      if (special >= 0) {
        at++;
        c = "\\\r\n\t".charAt(special);
      }
      literal.append(c);
    }
    String said = literal.toString();
    return (_, out) -> out.add(said);
  }

  private Part directive() throws BadFormatException {
    int start = at++;
    if (at < text.length() && text.charAt(at) == '%') {
      at++;
      return (_, out) -> out.add('%');
    }
    boolean not = false;
    String argument = "";
    int argumentAt = 0;
    List<Integer> statuses = new ArrayList<>();
    while (at < text.length()) {
      char c = text.charAt(at);
      switch (c) {
        case '!' -> not = !not;
        // A forward proxy has no internal redirects: original and final are the same.
        case '<', '>', ',' -> {}
        case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> statuses.add(status());
        case '{' -> {
          argumentAt = at + 1;
          int end = text.indexOf('}', at);
          if (end < 0) {
            throw new BadFormatException(at + 1, "a } after %{");
          }
          argument = text.substring(argumentAt, end);
          at = end;
        }
        default -> {
          return conditional(named(start, argument, argumentAt), not, statuses);
        }
      }
      at++;
    }
    throw new BadFormatException(start + 1, "the letter of a directive after %");
  }

  private Part named(int start, String argument, int argumentAt) throws BadFormatException {
    int length = text.charAt(at) == '^' ? 3 : 1;
    String name = text.substring(at, Math.min(text.length(), at + length));
    at += name.length();
    Part part;
    try {
      part = directives.of(name, argument);
    } catch (BadFormatException e) {
      throw new BadFormatException(argumentAt + e.position(), String.valueOf(e.getMessage()));
    }
    if (part == null) {
      throw new BadFormatException(
          start + 1, "a directive of Apache's LogFormat instead of %" + name);
    }
    return part;
  }

  /** Leaves the position on the last digit. */
  private int status() throws BadFormatException {
    int start = at;
    while (at + 1 < text.length() && Character.digit(text.charAt(at + 1), 10) >= 0) {
      at++;
    }
    String digits = text.substring(start, at + 1);
    if (digits.length() != 3) {
      throw new BadFormatException(start + 1, "a status of three digits instead of " + digits);
    }
    return Integer.parseInt(digits);
  }

  private static Part conditional(Part part, boolean not, List<Integer> statuses) {
    if (statuses.isEmpty()) {
      return part;
    }
    int[] listed = statuses.stream().mapToInt(Integer::intValue).sorted().toArray();
    return (event, out) -> {
      if (Arrays.binarySearch(listed, event.status()) >= 0 == not) {
        out.add('-');
      } else {
        part.append(event, out);
      }
    };
  }
}
