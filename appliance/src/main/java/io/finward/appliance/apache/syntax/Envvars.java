package io.finward.appliance.apache.syntax;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debian's {@code envvars} beside {@code apache2.conf}, which the start script reads: the variables
 * that it exports. It is a shell script; nothing of it is run, assignments are understood.
 */
final class Envvars {
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "^\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)=(?:\"([^\"]*)\"|'([^']*)'|([^\\s;#]*))");
  private static final Pattern USE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)}?");

  private Envvars() {}

  /** What a folder's {@code envvars} assigns; empty when there is no such file. */
  static Map<String, String> beside(Path main) throws BadHttpdConfException {
    Path file = main.resolveSibling("envvars");
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    Path folder = file.toAbsolutePath().normalize().getParent();
    String name = folder == null ? "" : String.valueOf(folder.getFileName());
    Map<String, String> known = new HashMap<>();
    // A second instance lives in /etc/apache2-NAME; the script finds out by an if.
    known.put("SUFFIX", name.startsWith("apache2-") ? name.substring(7) : "");
    known.put("APACHE_CONFDIR", String.valueOf(folder));
    try {
      for (String line : Files.readAllLines(file)) {
        Matcher assignment = ASSIGNMENT.matcher(line);
        if (assignment.find() && !known.containsKey(assignment.group(1))) {
          known.put(String.valueOf(assignment.group(1)), value(assignment, known));
        }
      }
    } catch (IOException e) {
      throw new BadHttpdConfException(file, "cannot be read: " + e.getMessage());
    }
    return known;
  }

  private static String value(Matcher assignment, Map<String, String> known) {
    for (int group = 2; group <= 4; group++) {
      String text = assignment.group(group);
      if (text != null) {
        return group == 3
            ? text
            : USE.matcher(text)
                .replaceAll(use -> Matcher.quoteReplacement(known.getOrDefault(use.group(1), "")));
      }
    }
    return "";
  }
}
