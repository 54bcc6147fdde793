package io.finward.appliance.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs scenarios side by side, as many as the cores bear: most of a scenario is waiting for the
 * kernel's clocks. Whatever ends it, nothing stays but the log of a gateway whose scenario failed.
 */
final class LabRun {
  private static final int RUNS_PER_CORE = 2;

  /** For all scenarios that run at one time; many systems allow a process 20,000. */
  private static final int DESCRIPTORS = 18_000;

  private final @Nullable Peer peer;
  private final GatewayProgram program;
  private final Set<Interception> interceptions;
  private final Consumer<Result> report;
  private final Semaphore descriptors = new Semaphore(DESCRIPTORS, true);
  private volatile boolean stopped;
  private final Set<Trial> trials = ConcurrentHashMap.newKeySet();

  /**
   * @param peer who stands in the gateway; null for Finward
   * @param report told of each result as it comes, on the thread of the scenario
   */
  LabRun(@Nullable Peer peer, Consumer<Result> report) {
    this(
        peer,
        peer == null ? new FinwardProgram() : peer,
        EnumSet.allOf(Interception.class),
        report);
  }

  private LabRun(
      @Nullable Peer peer,
      GatewayProgram program,
      Set<Interception> interceptions,
      Consumer<Result> report) {
    this.peer = peer;
    this.program = program;
    this.interceptions = interceptions;
    this.report = report;
  }

  /** With Finward, configured in a way of its own that is about one interception. */
  static LabRun configured(
      FinwardProgram program, Interception interception, Consumer<Result> report) {
    return new LabRun(null, program, EnumSet.of(interception), report);
  }

  /** Runs them all; the results come in the order of the scenarios. */
  List<Result> run(List<Scenario> scenarios) throws IOException {
    Path home = Files.createTempDirectory("finward-lab-");
    // The peers' own users look for their files in here.
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Thread atExit = new Thread(() -> stop(home), "lab-stop");
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      List<Result> results = runAll(scenarios, home);
      Runtime.getRuntime().removeShutdownHook(atExit);
      return results;
    } finally {
      deleteIfEmpty(home);
    }
  }

  private List<Result> runAll(List<Scenario> scenarios, Path home) throws IOException {
    int threads = RUNS_PER_CORE * Runtime.getRuntime().availableProcessors();
    var pending = new ArrayList<Future<Result>>();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads, LabRun::worker)) {
      for (Scenario scenario : scenarios) {
        for (Variant variant : variants(scenario)) {
          pending.add(executor.submit(() -> runWithin(scenario, variant, home)));
        }
      }
      var results = new ArrayList<Result>();
      for (Future<Result> result : pending) {
        results.add(result.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  private List<Variant> variants(Scenario scenario) {
    List<Variant> all =
        peer == null ? scenario.variants() : Variant.bothFamilies(Interception.REDIRECT);
    return all.stream().filter(variant -> interceptions.contains(variant.interception())).toList();
  }

  private Result runWithin(Scenario scenario, Variant variant, Path home)
      throws IOException, InterruptedException {
    descriptors.acquire(scenario.descriptors());
    try {
      return runOne(scenario, variant, home);
    } finally {
      descriptors.release(scenario.descriptors());
    }
  }

  private Result runOne(Scenario scenario, Variant variant, Path home) throws IOException {
    String name =
        "%s-%s-%s"
            .formatted(scenario.label(), variant.interception().label(), variant.family().label());
    if (stopped) {
      throw new IOException("stopped");
    }
    Path directory = Files.createDirectory(home.resolve(name));
    long start = System.nanoTime();
    Outcome outcome;
    try (Trial trial = Trial.open(variant, program, directory)) {
      trials.add(trial);
      try {
        outcome = scenario.run(trial);
      } finally {
        trials.remove(trial);
      }
    } catch (IOException | RuntimeException e) {
      outcome = Outcome.broken(e.getMessage() == null ? e.toString() : e.getMessage());
    }
    String peerName = peer == null ? null : peer.name();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    Result result = new Result(scenario.label(), variant, peerName, outcome, millis);
    if (result.failed()) {
      String note = outcome.note() + "; the gateway's files are in " + directory;
      result = result.withNote(note);
    } else if (!delete(directory)) {
      result = result.withNote(outcome.note() + "; left behind: " + directory);
    }
    if (!stopped) {
      report.accept(result);
    }
    return result;
  }

  /** At Ctrl-C: the kernel takes the namespaces back, what is on disk is for us to remove. */
  private void stop(Path home) {
    stopped = true;
    trials.forEach(Trial::close);
    try {
      // A scenario that was just starting may write once more while this deletes.
      Waiting.until(Duration.ofSeconds(2), () -> delete(home));
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(LabRun.class).warn("{} stays: {}", home, e.toString());
    }
  }

  private static Thread worker(Runnable work) {
    return Thread.ofPlatform().daemon().name("lab-", 0).unstarted(work);
  }

  private static void deleteIfEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      if (files.findAny().isPresent()) {
        return;
      }
    }
    Files.delete(directory);
  }

  /** Whether all of it is gone. */
  private static boolean delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
      return true;
    } catch (IOException | UncheckedIOException e) {
      return Files.notExists(directory);
    }
  }
}
