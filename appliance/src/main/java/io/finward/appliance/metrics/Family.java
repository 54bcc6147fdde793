package io.finward.appliance.metrics;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A metric with all its values, in the terms of Prometheus' text format 0.0.4.
 *
 * @param name with the prefix {@code finward_}
 * @param type {@code counter} or {@code gauge}
 */
record Family(String name, String type, String help, Supplier<List<Sample>> samples) {
  void write(StringBuilder out) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    for (Sample sample : samples.get()) {
      out.append(name).append(labels(sample.labels()));
      out.append(' ').append(sample.value()).append('\n');
    }
  }

  private static String labels(Map<String, String> labels) {
    return labels.isEmpty()
        ? ""
        : labels.entrySet().stream()
            .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + "\"")
            .collect(Collectors.joining(",", "{", "}"));
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
