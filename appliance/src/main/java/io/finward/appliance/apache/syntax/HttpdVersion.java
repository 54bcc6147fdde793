package io.finward.appliance.apache.syntax;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A version of httpd, for {@code IfVersion}. */
public record HttpdVersion(int major, int minor, int patch) {
  private static final Pattern NUMBERS =
      Pattern.compile("([0-9]{1,4})(?:\\.([0-9]{1,4}))?(?:\\.([0-9]{1,4}))?");

  /**
   * Reads {@code 2.4.62}; what is left out is 0.
   *
   * @throws IllegalArgumentException when it is no version
   */
  public static HttpdVersion parse(String text) {
    Matcher numbers = NUMBERS.matcher(text);
    if (!numbers.matches()) {
      throw new IllegalArgumentException(
          "version \"%s\" (expected: a version, as in 2.4.62)".formatted(text));
    }
    return new HttpdVersion(number(numbers, 1), number(numbers, 2), number(numbers, 3));
  }

  /**
   * Whether {@code IfVersion} holds.
   *
   * @param operator {@code = == > >= < <= ~}, with {@code !} in front for the opposite
   * @throws IllegalArgumentException when one of them is not what httpd knows
   */
  boolean matches(String operator, String operand) {
    if (operator.startsWith("!")) {
      return !matches(operator.substring(1), operand);
    }
    boolean slashes = operand.length() > 1 && operand.startsWith("/") && operand.endsWith("/");
    if (operator.equals("~") || slashes) {
      return found(slashes ? operand.substring(1, operand.length() - 1) : operand);
    }
    HttpdVersion other = parse(operand);
    int order = Long.compare(rank(), other.rank());
    return switch (operator) {
      case "=", "==" -> order == 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      default ->
          throw new IllegalArgumentException(
              "operator \"%s\" (expected: one of = == > >= < <= ~)".formatted(operator));
    };
  }

  private boolean found(String regex) {
    try {
      return Pattern.compile(regex).matcher("%d.%d.%d".formatted(major, minor, patch)).find();
    } catch (PatternSyntaxException _) {
      throw new IllegalArgumentException(
          "\"%s\" (expected: a regular expression)".formatted(regex));
    }
  }

  private long rank() {
    return (major * 10_000L + minor) * 10_000L + patch;
  }

  private static int number(Matcher numbers, int group) {
    String digits = numbers.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
