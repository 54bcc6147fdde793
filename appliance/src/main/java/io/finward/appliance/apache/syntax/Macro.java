package io.finward.appliance.apache.syntax;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A {@code <Macro>} of mod_macro.
 *
 * @param parameters as they stand in the lines, {@code $name}, {@code %name} or {@code @name}
 * @param lines what is used in its place
 */
record Macro(List<String> parameters, List<RawLine> lines) {
  Macro {
    parameters = List.copyOf(parameters);
    lines = List.copyOf(lines);
  }

  /** Its lines with arguments in the places of parameters, the longest parameter first. */
  List<RawLine> with(List<String> arguments) {
    List<String> order = new ArrayList<>(parameters);
    order.sort(Comparator.comparingInt(String::length).reversed());
    List<RawLine> expanded = new ArrayList<>();
    for (RawLine line : lines) {
      String text = line.text();
      for (String parameter : order) {
        text = text.replace(parameter, arguments.get(parameters.indexOf(parameter)));
      }
      expanded.add(new RawLine(line.place(), text));
    }
    return expanded;
  }
}
