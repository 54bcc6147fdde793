package io.finward.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a run in one variant has found.
 *
 * @param contestants in their order in the report
 * @param samples every number, dropped ones included
 * @param notes what a reader must know
 */
record Results(List<String> contestants, List<Sample> samples, List<String> notes) {
  Results {
    contestants = List.copyOf(contestants);
    samples = List.copyOf(samples);
    notes = List.copyOf(notes);
  }

  /** Of the numbers that count; empty when there is none. */
  Optional<Spread> spread(String contestant, Metric metric) {
    List<Double> values =
        samples.stream()
            .filter(it -> it.contestant().equals(contestant) && it.metric() == metric)
            .filter(it -> !it.dropped())
            .map(Sample::value)
            .toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
  }

  /** Contestant to the figure's reference, round by round: what disturbs a round disturbs both. */
  Optional<Spread> ratio(String contestant, Metric metric) {
    var ratios = new ArrayList<Double>();
    for (int round : samples.stream().map(Sample::round).distinct().toList()) {
      OptionalDouble own = value(contestant, metric, round);
      OptionalDouble reference = value(metric.figure().reference(), metric, round);
      if (own.isPresent() && reference.isPresent() && reference.getAsDouble() > 0) {
        ratios.add(own.getAsDouble() / reference.getAsDouble());
      }
    }
    return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
  }

  /**
   * How far the same program measured twice may be apart: what is smaller is no difference. Empty
   * when HAProxy was not run against itself.
   */
  OptionalDouble noise(Metric metric) {
    return ratio(Contestant.HAPROXY_AGAIN, metric)
        .map(self -> OptionalDouble.of(self.noise() + Math.abs(self.median() - 1)))
        .orElse(OptionalDouble.empty());
  }

  /** How many numbers were dropped because too much CPU was stolen. */
  long dropped() {
    return samples.stream().filter(Sample::dropped).count();
  }

  /** The median part of the machine that other programs had. */
  double others() {
    return samples.isEmpty()
        ? 0
        : Spread.of(samples.stream().map(it -> it.share().others()).toList()).median();
  }

  /** The median part of the machine that the hypervisor took. */
  double stolen() {
    return samples.isEmpty()
        ? 0
        : Spread.of(samples.stream().map(it -> it.share().stolen()).toList()).median();
  }

  private OptionalDouble value(String contestant, Metric metric, int round) {
    return samples.stream()
        .filter(it -> it.contestant().equals(contestant) && it.metric() == metric)
        .filter(it -> it.round() == round && !it.dropped())
        .mapToDouble(it -> it.value() - (metric.overDirect() ? direct(metric, round) : 0))
        .findFirst();
  }

  private double direct(Metric metric, int round) {
    return samples.stream()
        .filter(it -> it.contestant().equals(Contestant.DIRECT) && it.metric() == metric)
        .filter(it -> it.round() == round)
        .mapToDouble(Sample::value)
        .findFirst()
        .orElse(0);
  }
}
