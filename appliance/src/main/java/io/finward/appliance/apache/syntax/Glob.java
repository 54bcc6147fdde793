package io.finward.appliance.apache.syntax;

/** Patterns of APR's {@code apr_fnmatch}, as regular expressions that Java and RE2 both read. */
public final class Glob {
  private Glob() {}

  /** Whether there is anything to match in it. */
  public static boolean isOne(String text) {
    return text.matches(".*[*?\\[].*");
  }

  /**
   * The whole pattern, anchored at both ends.
   *
   * @param slashes whether {@code *} and {@code ?} match slashes, too
   */
  public static String regex(String pattern, boolean slashes) {
    StringBuilder regex = new StringBuilder("^");
    for (int at = 0; at < pattern.length(); at++) {
      char c = pattern.charAt(at);
      int end = c == '[' ? pattern.indexOf(']', at + 2) : -1;
      if (c == '*') {
        regex.append(slashes ? ".*" : "[^/]*");
      } else if (c == '?') {
        regex.append(slashes ? "." : "[^/]");
      } else if (end > 0) {
        boolean not = pattern.charAt(at + 1) == '!' || pattern.charAt(at + 1) == '^';
        String set = pattern.substring(at + (not ? 2 : 1), end);
        regex.append(not ? "[^" : "[").append(set.replace("\\", "\\\\").replace("[", "\\["));
        regex.append(']');
        at = end;
      } else {
        boolean escape = c == '\\' && at + 1 < pattern.length();
        regex.append(quoted(String.valueOf(escape ? pattern.charAt(++at) : c)));
      }
    }
    return regex.append('$').toString();
  }

  /** A text that matches only itself. */
  public static String quoted(String text) {
    return text.replaceAll("([\\\\.+*?()|\\[\\]{}^$])", "\\\\$1");
  }
}
