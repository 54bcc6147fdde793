package io.finward.bench;

import io.finward.appliance.lab.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Runs the contestants in turn, round after round, all of them alive all the time. */
final class Bench {
  private final Plan plan;
  private final Set<Figure> figures;
  private final Consumer<String> progress;
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * @param figures what to measure
   * @param progress told what is going on, for somebody who waits
   */
  Bench(Plan plan, Set<Figure> figures, Consumer<String> progress) {
    this.plan = plan;
    this.figures = Set.copyOf(figures);
    this.progress = progress;
  }

  /** One run; leaves nothing behind. */
  Results run(List<Contestant> contestants, Variant variant) throws IOException {
    Path home = Files.createTempDirectory("finward-bench-");
    // The peers' own users look for their files in here.
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Deque<Stand> stands = new ArrayDeque<>();
    Thread atExit = new Thread(() -> delete(home), "bench-stop");
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      if (figures.contains(Figure.BYTES)) {
        Origin.writeObject(home.resolve("objects"), plan.objectMegabytes());
      }
      for (Contestant contestant : contestants) {
        progress.accept("starting " + contestant.label());
        try {
          stands.add(Stand.open(contestant, variant, plan.conntrack(), home));
        } catch (IOException e) {
          notes.add("%s did not start: %s".formatted(contestant.label(), e.getMessage()));
        }
      }
      measure(List.copyOf(stands), home);
      List<String> labels = stands.stream().map(stand -> stand.contestant().label()).toList();
      return new Results(labels, samples, notes);
    } finally {
      stands.forEach(Stand::close);
      delete(home);
      Runtime.getRuntime().removeShutdownHook(atExit);
    }
  }

  private void measure(List<Stand> stands, Path home) throws IOException {
    long begin = System.nanoTime();
    WarmUp warmUp = new WarmUp(plan, figures);
    for (Stand stand : stands) {
      progress.accept("warming up " + stand.contestant().label());
      try {
        warmUp.run(stand);
      } catch (IOException e) {
        notes.add("%s, warming up: %s".formatted(stand.contestant().label(), e.getMessage()));
      }
    }
    Measuring measuring = new Measuring(plan, home.resolve("requests.log"));
    long longest = 0;
    for (int round = 0; round < plan.rounds(); round++) {
      long start = System.nanoTime();
      if (start - begin + longest > plan.limit().toNanos() * 6 / 10 && round > 0) {
        notes.add("%d rounds only: the time was up".formatted(round));
        break;
      }
      progress.accept("round %d of %d".formatted(round + 1, plan.rounds()));
      round(stands, measuring, round);
      longest = Math.max(longest, System.nanoTime() - start);
    }
    if (figures.contains(Figure.MEMORY)) {
      memory(stands, begin);
    }
  }

  private void round(List<Stand> stands, Measuring measuring, int round) {
    var order = new ArrayList<>(stands);
    // Who comes first, and who after whom, should not be the same every time.
    Collections.rotate(order, -round);
    if (round % 2 == 1) {
      Collections.reverse(order);
    }
    for (Figure figure : Figure.values()) {
      if (figures.contains(figure) && figure != Figure.MEMORY) {
        for (Stand stand : order) {
          if (!stand.contestant().does(figure)) {
            continue;
          }
          try {
            samples.addAll(
                figure == Figure.SCALE
                    ? new ScaleMeasuring(plan).measure(stand, round)
                    : measuring.measure(stand, figure, round));
          } catch (IOException e) {
            failed(stand, figure, e);
          }
        }
      }
    }
  }

  private void memory(List<Stand> stands, long begin) {
    MemoryMeasuring measuring = new MemoryMeasuring(plan);
    for (int i = 0; i < plan.restarts(); i++) {
      if (i > 0 && System.nanoTime() - begin > plan.limit().toNanos() * 9 / 10) {
        notes.add("memory %d times only: the time was up".formatted(i));
        return;
      }
      progress.accept("memory %d of %d".formatted(i + 1, plan.restarts()));
      for (Stand stand : stands) {
        if (stand.contestant().program() != null) {
          try {
            samples.addAll(measuring.measure(stand, i));
          } catch (IOException e) {
            failed(stand, Figure.MEMORY, e);
          }
        }
      }
    }
  }

  private void failed(Stand stand, Figure figure, IOException e) {
    String note =
        "%s, %s: %s".formatted(stand.contestant().label(), figure.label(), e.getMessage());
    if (!notes.contains(note)) {
      notes.add(note);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      if (Files.exists(directory)) {
        org.slf4j.LoggerFactory.getLogger(Bench.class)
            .warn("{} stays: {}", directory, e.toString());
      }
    }
  }
}
