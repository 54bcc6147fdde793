package io.finward.bench;

import java.util.Arrays;
import java.util.Collection;

/**
 * Where the middle of some numbers is, and how far they scatter.
 *
 * @param median the middle one
 * @param low the lower quartile
 * @param high the upper quartile
 * @param count how many there are
 */
record Spread(double median, double low, double high, int count) {
  static Spread of(Collection<Double> numbers) {
    if (numbers.isEmpty()) {
      throw new IllegalArgumentException("no numbers (expected: one at least)");
    }
    double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Spread(at(sorted, 0.5), at(sorted, 0.25), at(sorted, 0.75), sorted.length);
  }

  /** Half the distance of the quartiles. */
  double noise() {
    return (high - low) / 2;
  }

  private static double at(double[] sorted, double part) {
    double place = part * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  static Spread of(double... numbers) {
    return of(Arrays.stream(numbers).boxed().toList());
  }
}
