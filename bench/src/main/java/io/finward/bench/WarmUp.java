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
      pieces(plan.warmConnections() / part, load::connections);
    }
    if (figures.contains(Figure.SCALE)) {
      // Beside held sessions other branches are taken, which a JVM compiles again for.
      try (SilentSessions _ = SilentSessions.open(stand, HELD, true)) {
        pieces(plan.warmConnections() / part / 2, load::connections);
      }
    }
    if (!Collections.disjoint(figures, KEPT)) {
      pieces(plan.warmRequests() / part, seconds -> load.requests(Load.CONNECTIONS, seconds));
    }
    if (figures.contains(Figure.EXPLICIT) && contestant.keepsAlive()) {
      // The first of all requests load a JVM's classes: that may take longer than a piece.
      load.explicitConnections(Load.CONNECTIONS);
      pieces(plan.warmRequests() / part, load::explicitRequests);
    }
    if (figures.contains(Figure.TUNNELS) && contestant.does(Figure.TUNNELS)) {
      load.tunnels(plan.warmConnections() / part);
    }
  }

  /** A load that lasts so many seconds. */
  private interface Piece {
    Load.Report run(int seconds) throws IOException;
  }

  private static void pieces(int count, Piece piece) throws IOException {
    long done = 0;
    for (int i = 0; i < MOST_PIECES && done < count; i++) {
      done += piece.run(PIECE_SECONDS).requests();
    }
  }
}
