package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Random histories against the kernel: entries vanish at random moments of random sessions, and
 * both applications see what they would have seen, by entries equal to those that vanished.
 */
final class Histories implements Scenario {
  /** Repeats a run: {@code FINWARD_JAVA_OPTS=-Dfinward.lab.seed=N ./finward lab histories}. */
  private static final String SEED = "finward.lab.seed";

  static final int HISTORIES = 500;
  private static final int AT_ONCE = 50;
  private static final int MINUTES = 3;
  private static final int TOLD = 3;

  @Override
  public String label() {
    return "histories";
  }

  @Override
  public String summary() {
    return "500 random sessions, entries vanish at random: made again equal, nobody notices";
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    long seed = Long.getLong(SEED, new Random().nextLong(1L << 40));
    trial.startProxy();
    var accepted = new ConcurrentHashMap<Long, CompletableFuture<LabSocket>>();
    var over = new CompletableFuture<Boolean>();
    trial.serve(
        80,
        socket -> {
          long id = ByteBuffer.wrap(socket.receive(Long.BYTES)).getLong();
          var _ = awaited(accepted, id).complete(socket);
          over.join();
        });
    Random random = new Random(seed);
    List<History> histories = new ArrayList<>();
    for (int i = 0; i < HISTORIES; i++) {
      histories.add(History.of(random.nextLong()));
    }
    Tally tally = new Tally();
    try (KernelEntries entries = KernelEntries.of(trial.topology().gateway())) {
      carryOut(histories, history -> live(trial, history, entries, accepted, tally), tally);
    } finally {
      over.complete(true);
    }
    if (!tally.failures.isEmpty()) {
      Files.write(trial.directory().resolve("histories"), tally.failures);
    }
    Leaks leaks = trial.watch().leaks();
    boolean passed = leaks.none() && tally.failures.isEmpty();
    String note =
        "seed %d; %d entries vanished, %d compared%s"
            .formatted(seed, tally.forgotten, tally.compared, told(tally.failures));
    return new Outcome(HISTORIES, tally.forgotten, leaks, tally.forgotten, passed, note);
  }

  private static String told(List<String> failures) {
    return failures.isEmpty()
        ? ""
        : "; %d histories failed: %s"
            .formatted(failures.size(), String.join("; ", failures.stream().limit(TOLD).toList()));
  }

  private interface Life {
    void live(History history) throws IOException;
  }

  private static void carryOut(List<History> histories, Life life, Tally tally) throws IOException {
    Semaphore places = new Semaphore(AT_ONCE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (History history : histories) {
        all.add(
            threads.submit(() -> {
              places.acquireUninterruptibly();
              try {
                life.live(history);
              } catch (IOException | RuntimeException e) {
                tally.failed(history, e);
              } finally {
                places.release();
              }
            }));
      }
      for (Future<?> each : all) {
        each.get(MINUTES, TimeUnit.MINUTES);
      }
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw new IOException("the histories did not end", e);
    }
  }

  private static void live(
      Trial trial,
      History history,
      KernelEntries entries,
      Map<Long, CompletableFuture<LabSocket>> accepted,
      Tally tally)
      throws IOException {
    LabSocket client = trial.dial(80);
    client.send(ByteBuffer.allocate(Long.BYTES).putLong(history.seed()).array());
    LabSocket server = awaited(accepted, history.seed()).orTimeout(20, TimeUnit.SECONDS).join();
    try (HistoryRun run = new HistoryRun(history, entries, client, server)) {
      run.run();
      tally.add(run);
    } catch (IOException | RuntimeException e) {
      keepTraces(trial, history, client.localPort());
      throw e;
    }
  }

  /** What the three kernels had when a history failed: nobody can look again. */
  private static void keepTraces(Trial trial, History history, int clientPort) throws IOException {
    StringBuilder traces = new StringBuilder("client port " + clientPort + "\n");
    Topology topology = trial.topology();
    for (NetworkNamespace each :
        List.of(topology.client(), topology.gateway(), topology.server())) {
      traces.append(each.run("ss", "-tnoim"));
    }
    traces.append(topology.gateway().run("conntrack", "-L", "-f", trial.family().label()));
    traces.append(topology.gateway().run("nft", "list", "counters"));
    Files.writeString(trial.directory().resolve("history" + history.seed()), traces);
  }

  private static CompletableFuture<LabSocket> awaited(
      Map<Long, CompletableFuture<LabSocket>> accepted, long id) {
    return accepted.computeIfAbsent(id, _ -> new CompletableFuture<>());
  }

  /** What all histories came to. */
  private static final class Tally {
    private final List<String> failures = new ArrayList<>();
    private int forgotten;
    private int compared;

    synchronized void add(HistoryRun run) {
      forgotten += run.forgotten();
      compared += run.compared();
    }

    synchronized void failed(History history, Exception e) {
      failures.add("%s: %s".formatted(e, history));
    }
  }
}
