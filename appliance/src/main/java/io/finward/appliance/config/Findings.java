package io.finward.appliance.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where each value of one file stood, and what is wrong with them so far. */
final class Findings {
  private static final int LONGEST_VALUE = 80;

  /** Where a key stood, and its value as it was read. */
  private record Place(int line, String value) {}

  private final String file;
  private final Map<String, Place> places = new HashMap<>();
  private final List<ConfigProblem> problems = new ArrayList<>();

  Findings(String file) {
    this.file = file;
  }

  /** Remembers where {@code key} stands, for messages about it. */
  void note(String key, ConfigValue value) {
    String text = value.render(ConfigRenderOptions.concise());
    if (text.length() > LONGEST_VALUE) {
      text = text.substring(0, LONGEST_VALUE) + "...";
    }
    places.put(key, new Place(Math.max(0, value.origin().lineNumber()), text));
  }

  /** Whether the file has this key. */
  boolean has(String key) {
    return places.containsKey(key);
  }

  /** The line of a noted key. */
  int line(String key) {
    Place place = places.get(key);
    return place == null ? 0 : place.line;
  }

  /** Where all keys stood. */
  Places places() {
    Map<String, Integer> lines = new HashMap<>();
    places.forEach((key, place) -> lines.put(key, place.line));
    return new Places(file, lines);
  }

  /** The value of a noted key is wrong. */
  void wrong(String key, String expected) {
    Place place = places.get(key);
    if (place == null) {
      throw new IllegalStateException(key + " was never noted");
    }
    add(place.line, "%s = %s (expected: %s)".formatted(key, place.value, expected));
  }

  /** A key is missing in the section that {@code parent} names. */
  void missing(String parent, String key, String expected) {
    add(line(parent), "%s is missing (expected: %s)".formatted(key, expected));
  }

  /** The file cannot be read as HOCON. */
  void unreadable(ConfigException e) {
    ConfigOrigin origin = e.origin();
    String said = String.valueOf(e.getMessage());
    // Typesafe Config begins with the origin's description, which the file and line say already.
    if (origin != null && said.startsWith(origin.description() + ": ")) {
      said = said.substring(origin.description().length() + 2);
    }
    add(
        origin == null ? 0 : Math.max(0, origin.lineNumber()),
        said.replaceAll("\\s*\\R\\s*", " ").strip());
  }

  /** Something is wrong in a file that this one names. */
  void addIn(String other, int line, String message) {
    problems.add(new ConfigProblem(other, line, message));
  }

  void add(int line, String message) {
    problems.add(new ConfigProblem(file, line, message));
  }

  /** How many problems there are so far. */
  int count() {
    return problems.size();
  }

  /** Throws when anything is wrong: all of it, in the order of the lines. */
  void refuse() throws InvalidConfigException {
    if (count() > 0) {
      problems.sort(Comparator.comparingInt(ConfigProblem::line));
      throw new InvalidConfigException(problems);
    }
  }
}
