package io.finward.appliance.command;

import java.util.Map;

/** The fields of one object the instance answered; an older instance may lack some. */
record Fields(Map<String, String> values) {
  String text(String name) {
    return values.getOrDefault(name, "?");
  }

  long number(String name) {
    try {
      return Long.parseLong(values.getOrDefault(name, "0"));
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
