package io.finward.appliance.config;

import java.util.Map;

/**
 * Where the keys of a configuration stand, for messages about values that are wrong only on this
 * machine.
 *
 * @param file as the operator named it
 * @param lines by full key, as {@code listeners[0].bind}
 */
public record Places(String file, Map<String, Integer> lines) {
  public Places {
    lines = Map.copyOf(lines);
  }

  /** {@code FILE:LINE} of a key; {@code FILE} when the file does not have it. */
  public String of(String key) {
    Integer line = lines.get(key);
    return line == null || line == 0 ? file : file + ":" + line;
  }
}
