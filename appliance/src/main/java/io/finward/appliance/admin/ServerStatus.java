package io.finward.appliance.admin;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.finward.appliance.metrics.Accesses;
import io.finward.appliance.version.Version;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.session.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * {@code /server-status} as Apache's mod_status answers it, for monitoring that was written for
 * Apache. Begins to count its uptime when it is made. Thread-safe.
 */
public final class ServerStatus {
  private static final String REFRESH = "refresh";

  private final Sessions sessions;
  private final Accesses accesses;
  private final int mostSessions;
  private final InstantSource clock;
  private final Instant started;

  /**
   * @param mostSessions how many there may be
   * @param clock the system's, but in tests
   */
  public ServerStatus(Sessions sessions, Accesses accesses, int mostSessions, InstantSource clock) {
    this.sessions = sessions;
    this.accesses = accesses;
    this.mostSessions = mostSessions;
    this.clock = clock;
    this.started = clock.instant();
  }

  /** Answers {@code ?auto} in text, everything else in HTML. */
  CompletableFuture<Reply> answer(Request request) {
    String refresh = request.parameter(REFRESH);
    if (refresh != null && !refresh.matches("[1-9][0-9]{0,3}|")) {
      return completedFuture(
          Reply.error(400, "refresh = \"%s\" (expected: seconds, 1 to 9999)".formatted(refresh)));
    }
    int seconds = refresh == null ? 0 : refresh.isEmpty() ? 1 : Integer.parseInt(refresh);
    return sessions.list().thenApply(all -> reply(request.has("auto"), seconds, figures(all)));
  }

  private StatusFigures figures(List<SessionSnapshot> all) {
    long uptime = Duration.between(started, clock.instant()).toSeconds();
    return new StatusFigures(
        Math.max(0, uptime), accesses.count(), accesses.bytes(), all, mostSessions);
  }

  private Reply reply(boolean auto, int refreshSeconds, StatusFigures now) {
    String version = Version.finward();
    return auto
        ? new Reply(200, "text/plain; charset=ISO-8859-1", StatusText.of(now, version))
        : new Reply(
            200,
            "text/html; charset=utf-8",
            StatusPage.of(now, version, clock.instant(), refreshSeconds));
  }
}
