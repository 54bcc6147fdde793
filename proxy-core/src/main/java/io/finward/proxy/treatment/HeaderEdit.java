package io.finward.proxy.treatment;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One change to the headers of a message, in the words of Apache's Header and RequestHeader. */
public sealed interface HeaderEdit {
  /**
   * What connections, framing and routing depend on (RFC 9110, 7.6.1; RFC 9112, 6): not to be
   * edited.
   */
  Set<String> UNTOUCHABLE =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** The header's name. */
  String name();

  /** Has this value only. */
  record Assign(String name, String value) implements HeaderEdit {}

  /** Its value, if there is one, goes on with a comma and this. */
  record Append(String name, String value) implements HeaderEdit {}

  /** As {@link Append}, unless it is one of the values that are there. */
  record Merge(String name, String value) implements HeaderEdit {}

  /** One header more, whether there is one of the name or not. */
  record Add(String name, String value) implements HeaderEdit {}

  /** No header of the name. */
  record Unset(String name) implements HeaderEdit {}

  /**
   * In each value what the pattern finds is replaced; without the header nothing happens.
   *
   * @param replacement {@code $1} is the first group's text
   * @param all whether all that it finds is, or the first only
   */
  record Edit(String name, Pattern pattern, String replacement, boolean all) implements HeaderEdit {
    /**
     * Checks it.
     *
     * @throws IllegalArgumentException when the pattern does not have the replacement's groups
     */
    public Edit {
      checkGroups(pattern, replacement);
    }

    private String edited(String value) {
      Matcher matcher = pattern.matcher(value);
      return all ? matcher.replaceAll(replacement) : matcher.replaceFirst(replacement);
    }

    /** RE2's Matcher takes {@code $1}, {@code $} before anything else is an error there. */
    private static void checkGroups(Pattern pattern, String replacement) {
      for (int i = 0; i < replacement.length(); i++) {
        if (replacement.charAt(i) == '\\') {
          i++;
        } else if (replacement.charAt(i) == '$') {
          int end = i + 1;
          while (end < replacement.length() && Character.digit(replacement.charAt(end), 10) >= 0) {
            end++;
          }
          if (end == i + 1
              || end > i + 4
              || Integer.parseInt(replacement.substring(i + 1, end)) > pattern.groupCount()) {
            throw new IllegalArgumentException(
                "$%s (expected: $ and a group of the pattern, 0 to %d; \\\\$ for the sign)"
                    .formatted(replacement.substring(i + 1, end), pattern.groupCount()));
          }
        }
      }
    }
  }

  /** Whether a header may be edited. */
  static boolean mayTouch(String name) {
    return !UNTOUCHABLE.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Does it. */
  default void apply(HttpHeaders headers) {
    switch (this) {
      case Assign(String name, String value) -> headers.set(name, value);
      case Append(String name, String value) -> append(headers, name, value);
      case Merge(String name, String value) -> {
        if (!headers.containsValue(name, value, false)) {
          append(headers, name, value);
        }
      }
      case Add(String name, String value) -> headers.add(name, value);
      case Unset(String name) -> headers.remove(name);
      case Edit edit -> {
        if (headers.contains(edit.name)) {
          headers.set(edit.name, headers.getAll(edit.name).stream().map(edit::edited).toList());
        }
      }
    }
  }

  /** Puts a value behind those that a header has, in one line (RFC 9110, 5.3). */
  static void append(HttpHeaders headers, String name, String value) {
    List<String> before = headers.getAll(name);
    headers.set(name, before.isEmpty() ? value : String.join(", ", before) + ", " + value);
  }
}
