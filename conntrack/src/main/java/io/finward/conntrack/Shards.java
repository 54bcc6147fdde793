package io.finward.conntrack;

import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.rescue.FlowDirectory;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.ShadowShard;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All shards, each asked on its own loop. For any thread. */
final class Shards implements FlowDirectory {
  private final Map<EventExecutor, ShadowShard> shards;

  Shards(Map<EventExecutor, ShadowShard> shards) {
    this.shards = Map.copyOf(shards);
  }

  @Nullable ShadowShard of(EventExecutor loop) {
    return shards.get(loop);
  }

  @Override
  public CompletableFuture<@Nullable FlowRecord> find(Tuple packet) {
    return first(shard -> shard.find(packet));
  }

  @Override
  public CompletableFuture<@Nullable FlowRecord> findSettled(Tuple packet) {
    return first(shard -> shard.findSettled(packet));
  }

  /** The first shard that knows it answers; all of them must have answered that they do not. */
  private CompletableFuture<@Nullable FlowRecord> first(Search search) {
    CompletableFuture<@Nullable FlowRecord> found = new CompletableFuture<>();
    List<CompletableFuture<Boolean>> asked = new ArrayList<>();
    shards.forEach((loop, shard) ->
        asked.add(
            on(
                loop,
                () -> {
                  FlowRecord flow = search.in(shard);
                  if (flow != null) {
                    found.complete(flow);
                  }
                  return flow != null;
                })));
    var _ =
        CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
            .whenComplete((_, _) -> found.complete(null));
    return found;
  }

  @Override
  public void madeAgain(FlowRecord flow) {
    each((_, shard) -> shard.markLeased(flow.original()));
  }

  @Override
  public void correct(Tuple known, Tuple original, Tuple reply) {
    each((_, shard) -> {
      var _ = shard.correct(known, original, reply);
    });
  }

  /** Asks every shard for something; complete when all have answered. */
  <T> CompletableFuture<List<T>> gather(Function<ShadowShard, T> question) {
    List<CompletableFuture<T>> asked = new ArrayList<>();
    shards.forEach((loop, shard) -> asked.add(on(loop, () -> question.apply(shard))));
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(_ -> asked.stream().map(CompletableFuture::join).toList());
  }

  /** Looks for a flow in a shard, on its loop. */
  private interface Search {
    @Nullable FlowRecord in(ShadowShard shard);
  }

  /** What is done with a shard on its loop. */
  interface Action {
    void on(EventExecutor loop, ShadowShard shard);
  }

  void each(Action action) {
    shards.forEach((loop, shard) -> {
      var _ =
          on(
              loop,
              () -> {
                action.on(loop, shard);
                return true;
              });
    });
  }

  private static <T> CompletableFuture<T> on(EventExecutor loop, Supplier<T> action) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Runnable task =
        () -> {
          try {
            done.complete(action.get());
          } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        };
    try {
      if (loop.inEventLoop()) {
        task.run();
      } else {
        loop.execute(task);
      }
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(e);
    }
    return done;
  }
}
