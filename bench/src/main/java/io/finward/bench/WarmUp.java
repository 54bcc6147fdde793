package io.finward.bench;

import java.io.IOException;
import java.util.Collections;
import java.util.Set;

/**
 * The same work before the first round for every contestant, counted, not timed: the JVM compiles
 * by counts.
 */
final class WarmUp {
  private static final int PIECE_SECONDS = 1;

  /** What did not become warm by then has other troubles. */
  private static final int MOST_PIECES = 60;

  private static final int HELD = 500;

  private static final Set<Figure> KEPT = Set.of(Figure.REQUESTS, Figure.LATENCY, Figure.OPEN_LOOP);

  private final Plan plan;
  private final Set<Figure> figures;

  WarmUp(Plan plan, Set<Figure> figures) {
    this.plan = plan;
    this.figures = figures;
  }

  void run(Stand stand) throws IOException {
    Load load = new Load(stand);
    Contestant contestant = stand.contestant();
    // Interpreted code becomes compiled code only where it runs: natively compiled peers need
    // little.
    int part = contestant.onJvm() ? 1 : 10;
    if (figures.contains(Figure.BYTES)) {
      load.objects(2, plan.objectMegabytes());
    }
    if (figures.contains(Figure.CONNECTIONS) || figures.contains(Figure.SCALE)) {
      connections(load, plan.warmConnections() / part);
    }
    if (figures.contains(Figure.SCALE)) {
      // Beside held sessions other branches are taken, which a JVM compiles again for.
      try (SilentSessions _ = SilentSessions.open(stand, HELD, true)) {
        connections(load, plan.warmConnections() / part / 2);
      }
    }
    if (!Collections.disjoint(figures, KEPT)) {
      long done = 0;
      for (int i = 0; i < MOST_PIECES && done < plan.warmRequests() / part; i++) {
        done += load.requests(Load.CONNECTIONS, PIECE_SECONDS).requests();
      }
    }
    if (figures.contains(Figure.EXPLICIT) && contestant.keepsAlive()) {
      // The first of all requests load a JVM's classes: that may take longer than a piece.
      load.explicitConnections(Load.CONNECTIONS);
      long done = 0;
      for (int i = 0; i < MOST_PIECES && done < plan.warmRequests() / part; i++) {
        done += load.explicitRequests(PIECE_SECONDS).requests();
      }
    }
    if (figures.contains(Figure.TUNNELS) && contestant.does(Figure.TUNNELS)) {
      load.tunnels(plan.warmConnections() / part);
    }
  }

  private static void connections(Load load, int count) throws IOException {
    long done = 0;
    for (int i = 0; i < MOST_PIECES && done < count; i++) {
      done += load.connections(PIECE_SECONDS).requests();
    }
  }
}
