package io.finward.appliance.apache.syntax;

import java.util.ArrayList;
import java.util.List;

/** Splits a line as httpd's {@code ap_getword_conf} does. */
public final class Words {
  private Words() {}

  /**
   * The words: separated by space, or in double or single quotes, within which a backslash takes
   * the quote and itself. A quote that is not closed goes to the end.
   */
  public static List<String> of(String line) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
        at++;
      }
      if (at == line.length()) {
        return words;
      }
      StringBuilder word = new StringBuilder();
      char first = line.charAt(at);
      if (first == '"' || first == '\'') {
        at++;
        while (at < line.length() && line.charAt(at) != first) {
          char c = line.charAt(at);
          boolean escape =
              c == '\\'
                  && at + 1 < line.length()
                  && (line.charAt(at + 1) == '\\' || line.charAt(at + 1) == first);
          word.append(escape ? line.charAt(at + 1) : c);
          at += escape ? 2 : 1;
        }
        at++;
      } else {
        while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
          word.append(line.charAt(at++));
        }
      }
      words.add(word.toString());
      at = Math.min(at, line.length());
    }
  }
}
