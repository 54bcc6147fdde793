package io.finward.nat.rule;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** TCP ports from the first to the last, both inside. */
public record PortRange(int first, int last) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,5})(?:\\s*-\\s*(\\d{1,5}))?");

  public PortRange {
    if (first < 1 || last > 65535 || first > last) {
      throw expected(first == last ? "" + first : first + "-" + last);
    }
  }

  /**
   * Reads {@code 80} or {@code 8000-8099}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static PortRange parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw expected(text);
    }
    int first = Integer.parseInt(matcher.group(1));
    String last = matcher.group(2);
    return new PortRange(first, last == null ? first : Integer.parseInt(last));
  }

  /** As nft and {@code ip} write it. */
  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }

  private static IllegalArgumentException expected(String text) {
    return new IllegalArgumentException(
        text + " (expected: a port or a range of ports from 1 to 65535, such as 8000-8099)");
  }
}
