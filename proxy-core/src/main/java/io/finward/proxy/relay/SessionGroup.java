package io.finward.proxy.relay;

import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.session.Sessions;
import io.netty.channel.IoEventLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The sessions of all event loops. Thread-safe: every question is asked of each loop on that loop.
 */
public final class SessionGroup implements Sessions {
  private final SessionCounts counts = new SessionCounts();
  private final ClientCounts clients;
  private final List<SessionLoop> loops;

  /** No sessions yet, on the given loops. */
  public SessionGroup(List<IoEventLoop> eventLoops, SessionSettings settings) {
    clients = new ClientCounts(settings.limits().maxSessionsPerClient());
    List<SessionLoop> made = new ArrayList<>();
    for (IoEventLoop eventLoop : eventLoops) {
      made.add(new SessionLoop(eventLoop, settings, this, made.size()));
    }
    loops = List.copyOf(made);
  }

  /** One for each event loop, in the order given. */
  public List<SessionLoop> loops() {
    return loops;
  }

  /** The event loop that owns, or owned, the session with an id. */
  public IoEventLoop loopOf(long id) {
    return loops.get((int) ((id - 1) % loops.size())).loop();
  }

  @Override
  public CompletableFuture<List<SessionSnapshot>> list() {
    return askAll(SessionLoop::snapshots)
        .thenApply(lists ->
            lists.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(SessionSnapshot::acceptedMillis))
                .toList());
  }

  @Override
  public CompletableFuture<Boolean> kill(long id) {
    return end(id, EndReason.KILLED);
  }

  /** Ends a session by RST to both sides. Completes with whether there was one with that id. */
  public CompletableFuture<Boolean> end(long id, EndReason reason) {
    return askAll(loop -> loop.end(id, reason)).thenApply(answers -> answers.contains(true));
  }

  /**
   * Ends a half-closed session for its client's next connection on the same tuple: nothing is sent
   * to the client, the server gets RST. Completes with whether there was one that is half-closed.
   */
  public CompletableFuture<Boolean> makeWay(long id) {
    return askAll(loop -> loop.makeWay(id)).thenApply(answers -> answers.contains(true));
  }

  /** Ends every session by RST to both sides. Completes when all are gone. */
  public CompletableFuture<Void> killAll(EndReason reason) {
    return askAll(
            loop -> {
              loop.killAll(reason);
              return true;
            })
        .thenApply(_ -> null);
  }

  @Override
  public int open() {
    return counts.open();
  }

  @Override
  public int halfClosed() {
    return counts.halfClosed();
  }

  SessionCounts counts() {
    return counts;
  }

  ClientCounts clients() {
    return clients;
  }

  int size() {
    return loops.size();
  }

  /** The limit was reached and a session has ended: listeners that wait may go on. */
  void roomAgain() {
    for (SessionLoop loop : loops) {
      loop.loop().execute(loop::admitWaiting);
    }
  }

  private <T> CompletableFuture<List<T>> askAll(Function<SessionLoop, T> question) {
    List<CompletableFuture<T>> answers =
        loops.stream()
            .map(loop -> CompletableFuture.supplyAsync(() -> question.apply(loop), loop.loop()))
            .toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> answers.stream().map(CompletableFuture::join).toList());
  }
}
