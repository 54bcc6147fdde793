package io.finward.appliance.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One object of the file while it is read. Whatever is wrong goes to the findings and reading goes
 * on, so that all of it is told at once; keys nobody asked for are wrong, too.
 */
final class Section {
  private final String path;
  private final ConfigObject object;
  private final Findings findings;
  private final TreeSet<String> known = new TreeSet<>();

  /**
   * @param path in messages; empty for the top
   */
  Section(String path, ConfigObject object, Findings findings) {
    this.path = path;
    this.object = object;
    this.findings = findings;
  }

  /** The full name of a key of this section. */
  String key(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** A value, or {@code fallback} when it is missing or wrong. */
  <T> T read(String name, Kind<T> kind, T fallback) {
    T value = readOptional(name, kind);
    return value == null ? fallback : value;
  }

  /** A value that must be there; null when it is missing or wrong. */
  <T> @Nullable T readRequired(String name, Kind<T> kind, String expected) {
    if (value(name) == null) {
      findings.missing(path, key(name), expected);
    }
    return readOptional(name, kind);
  }

  /** A value; null when it is missing or wrong. */
  <T> @Nullable T readOptional(String name, Kind<T> kind) {
    ConfigValue value = value(name);
    return value == null ? null : parse(key(name), value, kind);
  }

  /** A list without its wrong elements; empty when it is missing. An empty one is wrong. */
  <T> List<T> readList(String name, Kind<T> kind, String expected) {
    List<T> parsed = new ArrayList<>();
    List<ConfigValue> elements = elements(name, expected, false);
    for (int i = 0; i < elements.size(); i++) {
      T element = parse(key(name) + "[" + i + "]", elements.get(i), kind);
      if (element != null) {
        parsed.add(element);
      }
    }
    return parsed;
  }

  /** One value or a list of them, without those that are wrong; empty when it is missing. */
  <T> List<T> readOneOrMore(String name, Kind<T> kind) {
    if (value(name) instanceof ConfigList) {
      return readList(name, kind, "one value, or a list of them with at least one");
    }
    T value = readOptional(name, kind);
    return value == null ? List.of() : List.of(value);
  }

  /** Whether the file has a key here. It counts as known from now on. */
  boolean has(String name) {
    return value(name) != null;
  }

  /** Whether a key has a section. */
  boolean isSection(String name) {
    return value(name) instanceof ConfigObject;
  }

  /** Whether a key has this text. */
  boolean isText(String name, String text) {
    ConfigValue value = value(name);
    return value != null && text.equals(value.unwrapped());
  }

  /** The section of that name; an empty one when it is missing or wrong. */
  Section section(String name) {
    ConfigValue value = value(name);
    Section section = value == null ? null : section(key(name), value);
    return section == null
        ? new Section(key(name), ConfigValueFactory.fromMap(Map.of()), findings)
        : section;
  }

  /** A list of sections; empty when it is missing or wrong, or when that is allowed. */
  List<Section> sections(String name, String expected, boolean mayBeEmpty) {
    List<Section> sections = new ArrayList<>();
    List<ConfigValue> elements = elements(name, expected, mayBeEmpty);
    for (int i = 0; i < elements.size(); i++) {
      Section section = section(key(name) + "[" + i + "]", elements.get(i));
      if (section != null) {
        sections.add(section);
      }
    }
    return sections;
  }

  /** All values by their keys, whatever these are, without those that are wrong. */
  <T> Map<String, T> readAll(Kind<T> kind) {
    Map<String, T> parsed = new HashMap<>();
    for (String name : object.keySet()) {
      T value = readOptional(name, kind);
      if (value != null) {
        parsed.put(name, value);
      }
    }
    return parsed;
  }

  /** Says which keys nobody asked for. Call it last. */
  void refuseUnknown() {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      if (!known.contains(entry.getKey())) {
        String key = key(entry.getKey());
        findings.note(key, entry.getValue());
        findings.wrong(key, "no such key; known here: " + String.join(", ", known));
      }
    }
  }

  /** The path of this section, as {@code listeners[0]}. */
  String path() {
    return path;
  }

  private @Nullable ConfigValue value(String name) {
    known.add(name);
    ConfigValue value = object.get(name);
    if (value != null) {
      findings.note(key(name), value);
    }
    return value;
  }

  private <T> @Nullable T parse(String key, ConfigValue value, Kind<T> kind) {
    findings.note(key, value);
    try {
      return kind.parse(value);
    } catch (WrongValueException e) {
      findings.wrong(key, e.expected());
      return null;
    }
  }

  private List<ConfigValue> elements(String name, String expected, boolean mayBeEmpty) {
    ConfigValue value = value(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof ConfigList list && (mayBeEmpty || !list.isEmpty())) {
      return list;
    }
    findings.wrong(key(name), expected);
    return List.of();
  }

  private @Nullable Section section(String key, ConfigValue value) {
    findings.note(key, value);
    if (value instanceof ConfigObject child) {
      return new Section(key, child, findings);
    }
    findings.wrong(key, "a section in braces, as in { key = value }");
    return null;
  }
}
