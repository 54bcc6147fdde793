package io.finward.appliance.explain;

import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionListener;
import io.finward.proxy.session.SessionView;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Keeps a timeline of every session: while it lives, for an hour after its end, and for as long as
 * its flow is remembered when it was parked.
 *
 * <p>Each loop's timelines belong to it. The map from loop to timelines is all that loops share,
 * and after each loop's first session it is only read.
 */
public final class Timelines implements SessionListener, Stories {
  private static final int MOST_ENDED = 20_000;
  private static final Duration KEPT = Duration.ofHours(1);

  private final ConcurrentMap<EventExecutor, LoopTimelines> loops = new ConcurrentHashMap<>();
  private final int mostEndedPerLoop;
  private final Duration parkedKept;
  private final LongSupplier clock;

  /**
   * Knows no session yet.
   *
   * @param loops how many loops share what may be remembered
   * @param park how long a parked session's flow is remembered
   */
  public Timelines(int loops, Duration park) {
    this(MOST_ENDED / loops, park.compareTo(KEPT) > 0 ? park : KEPT, System::nanoTime);
  }

  Timelines(int mostEndedPerLoop, Duration parkedKept, LongSupplier clock) {
    this.mostEndedPerLoop = mostEndedPerLoop;
    this.parkedKept = parkedKept;
    this.clock = clock;
  }

  @Override
  public void on(SessionView session, SessionEvent event) {
    timelines(session.loop()).on(session, event);
  }

  /**
   * Something happened to a session's conntrack entry. For any thread.
   *
   * @param loop the session's
   * @param session its id
   */
  public void on(EventExecutor loop, long session, Moment.OfEntry moment) {
    LoopTimelines timelines = timelines(loop);
    loop.execute(() -> timelines.on(session, moment));
  }

  @Override
  public CompletableFuture<List<Story>> of(InetSocketAddress client) {
    List<CompletableFuture<List<Story>>> answers =
        loops.entrySet().stream()
            .map(entry ->
                CompletableFuture.supplyAsync(() -> entry.getValue().of(client), entry.getKey()))
            .toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ ->
            answers.stream()
                .flatMap(answer -> answer.join().stream())
                .sorted(
                    Comparator.comparingLong(Story::acceptedMillis)
                        .thenComparingLong(Story::id)
                        .reversed())
                .toList());
  }

  private LoopTimelines timelines(EventExecutor loop) {
    LoopTimelines known = loops.get(loop);
    return known != null
        ? known
        : loops.computeIfAbsent(
            loop, _ -> new LoopTimelines(mostEndedPerLoop, KEPT, parkedKept, clock));
  }
}
