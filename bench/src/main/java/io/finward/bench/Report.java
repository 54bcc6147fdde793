package io.finward.bench;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The report in Markdown. */
final class Report {
  /** With more of the machine in other hands nothing is proved. */
  private static final double QUIET = 0.10;

  private Report() {}

  static String environment(Environment environment) {
    var text = new StringBuilder("| environment | |\n| --- | --- |\n");
    for (Map.Entry<String, String> fact : environment.facts().entrySet()) {
      text.append("| %s | %s |\n".formatted(fact.getKey(), fact.getValue()));
    }
    return text.toString();
  }

  static String table(Way way, Results results) {
    var text = new StringBuilder();
    text.append(
        "\n### %s, %s\n\nMedians (quartiles); x is the ratio to %s, round by round.\n\n"
            .formatted(way.mode(), way.family(), references(results)));
    var heads = new ArrayList<>(List.of("figure"));
    heads.addAll(results.contestants());
    heads.addAll(List.of("noise", "target", "verdict"));
    text.append(row(heads));
    text.append("|").append(" --- |".repeat(heads.size())).append('\n');
    for (Metric metric : Metric.values()) {
      if (results.samples().stream().anyMatch(sample -> sample.metric() == metric)) {
        text.append(row(cells(metric, results)));
      }
    }
    text.append('\n').append(remarks(results));
    return text.toString();
  }

  private static String references(Results results) {
    return results.samples().stream()
        .map(sample -> sample.metric().figure())
        .distinct()
        .sorted()
        .collect(groupingBy(Figure::reference, LinkedHashMap::new, toList()))
        .entrySet()
        .stream()
        .map(entry ->
            entry.getKey().equals(Contestant.HAPROXY)
                ? entry.getKey()
                : "%s for %s"
                    .formatted(
                        entry.getKey(),
                        entry.getValue().stream().map(Figure::label).collect(joining(" and "))))
        .collect(joining(", "));
  }

  /** Whether a promise is kept, as far as this run can tell. */
  static String verdict(Metric metric, Results results) {
    Double target = metric.target();
    Optional<Spread> ratio = results.ratio(Contestant.FINWARD, metric);
    if (target == null || ratio.isEmpty()) {
      return "";
    }
    double distance = ratio.get().median() - target;
    double noise = Math.max(results.noise(metric).orElse(0), ratio.get().noise());
    if (Math.abs(distance) < noise) {
      return "too noisy to tell";
    }
    return distance <= 0 ? "met" : "missed";
  }

  private static List<String> cells(Metric metric, Results results) {
    var cells = new ArrayList<>(List.of("%s, %s".formatted(metric.words(), metric.unit())));
    for (String contestant : results.contestants()) {
      cells.add(cell(contestant, metric, results));
    }
    OptionalDouble noise = results.noise(metric);
    cells.add(noise.isPresent() ? String.format(Locale.ROOT, "±%.2f", noise.getAsDouble()) : "");
    Double target = metric.target();
    String over = metric.overDirect() ? " over direct" : "";
    cells.add(target == null ? "" : String.format(Locale.ROOT, "x%.2f%s", target, over));
    cells.add(verdict(metric, results));
    return cells;
  }

  private static String cell(String contestant, Metric metric, Results results) {
    Optional<Spread> spread = results.spread(contestant, metric);
    if (spread.isEmpty()) {
      return "";
    }
    String text =
        "%s (%s–%s)"
            .formatted(
                number(spread.get().median()),
                number(spread.get().low()),
                number(spread.get().high()));
    Optional<Spread> ratio = results.ratio(contestant, metric);
    boolean compared =
        !contestant.equals(metric.figure().reference()) && !contestant.equals(Contestant.DIRECT);
    return compared && ratio.isPresent()
        ? text + String.format(Locale.ROOT, " **x%.2f**", ratio.get().median())
        : text;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.1f" : "%.0f", value);
  }

  private static String remarks(Results results) {
    var text = new StringBuilder();
    int rounds =
        results.samples().stream()
            .filter(sample -> sample.metric().figure() != Figure.MEMORY)
            .mapToInt(Sample::round)
            .max()
            .orElse(-1);
    text.append(
        "%d rounds, interleaved. Other programs had %.0f %% of the machine (median), the hypervisor %.0f %%; %d of %d numbers were dropped for more than %.0f %% stolen.\n"
            .formatted(
                rounds + 1,
                100 * results.others(),
                100 * results.stolen(),
                results.dropped(),
                results.samples().size(),
                100 * Sample.MOST_STOLEN));
    if (results.others() > QUIET) {
      text.append(
          "**The machine was too busy with other things: ratios hint, absolute numbers do not count.**\n");
    }
    results.notes().forEach(note -> text.append("- ").append(note).append('\n'));
    return text.toString();
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }
}
