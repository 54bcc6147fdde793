package io.finward.appliance.lab;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;

/** Other people's connections fill the kernel's table until it drops those that are closing. */
final class TableFull implements Scenario {
  private static final int SESSIONS = 50;
  private static final int REFUSED = 92;
  private static final int EARLY_DROP = 97;
  private static final Duration NOTICE = Duration.ofSeconds(10);
  private static final Duration COLLECTION = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(2);

  @Override
  public String label() {
    return "table-full";
  }

  @Override
  public String summary() {
    return "a table filled to 97 %: no new sessions, the alarm is said, none leaks, none is lost";
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT);
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy(Setup.usual(trial.variant()).withAllPorts());
    trial.serve(80, Http::answerAndClose);
    EchoSessions open = EchoSessions.open(trial, SESSIONS, 8000);
    HalfClosed halfClosed = HalfClosed.open(trial, SESSIONS, 80);
    Filler filler = new Filler(trial);
    filler.fillTo(REFUSED);
    boolean refused = Waiting.until(NOTICE, () -> !served(trial));
    boolean said = Waiting.until(NOTICE, () -> trial.proxy().said("conntrack table is filling"));
    filler.fillTo(EARLY_DROP);
    // The kernel's garbage collection, which drops early, runs by its own clock (gc_worker).
    Waiting.pause(COLLECTION);
    int alive = open.stillEcho();
    HalfClosed.Farewell farewell = halfClosed.close();
    filler.remove();
    boolean again = Waiting.until(NOTICE, () -> served(trial));

    Leaks leaks = trial.watch().leaks();
    String note =
        "new sessions %s at %d %%, alarm %s; at %d %% %d of %d open sessions went on, half-closed: %s;"
            .formatted(
                refused ? "refused" : "admitted",
                REFUSED,
                said ? "said" : "not said",
                EARLY_DROP,
                alive,
                SESSIONS,
                farewell.note());
    note += again ? " new sessions afterwards" : " no new sessions afterwards";
    boolean kept = alive == SESSIONS && farewell.acknowledged() == SESSIONS;
    boolean passed = leaks.none() && refused && said && kept && again;
    int translated = alive + farewell.acknowledged();
    return new Outcome(2 * SESSIONS, 2 * SESSIONS, leaks, translated, passed, note);
  }

  /** Whether a new session gets its answer. */
  private static boolean served(Trial trial) throws IOException {
    try (LabSocket client = trial.dial(80)) {
      client.readTimeout(ANSWER);
      client.send(Http.request(trial.family()));
      return Http.isAnswer(client.receiveToEnd());
    } catch (SocketTimeoutException | SocketException _) {
      return false;
    }
  }
}
