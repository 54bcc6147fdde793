package io.finward.appliance.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clients vanish without a word and come back from the same ports while their flows are held. */
final class TupleReuse implements Scenario {
  private static final int SESSIONS = 25;
  private static final int FIRST_CLIENT_PORT = 40_000;

  /** A challenge ACK would cost the SYN's retransmission: a second. */
  private static final Duration AT_ONCE = Duration.ofMillis(900);

  @Override
  public String label() {
    return "tuple-reuse";
  }

  @Override
  public String summary() {
    return "a new SYN on the tuple of a held session: the new connection is there at once";
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
    trial.startProxy();
    trial.serve(80, Http::answerAndClose);
    var clients = new ArrayList<LabSocket>();
    for (int i = 0; i < SESSIONS; i++) {
      clients.add(trial.dialFrom(FIRST_CLIENT_PORT + i, 80));
    }
    HalfClosed held = HalfClosed.of(trial, clients);
    String farewells = "tcp dport 80 tcp flags & (fin | rst) != 0";
    try (PacketLoss loss = PacketLoss.begin(trial.topology().client(), "output", farewells)) {
      held.reset();
      loss.require(SESSIONS);
    }
    int atOnce = 0;
    long slowest = 0;
    for (int i = 0; i < SESSIONS; i++) {
      long start = System.nanoTime();
      try (LabSocket again = trial.dialFrom(FIRST_CLIENT_PORT + i, 80)) {
        again.send(Http.request(trial.family()));
        boolean answered = Http.isAnswer(again.receiveToEnd());
        long nanos = System.nanoTime() - start;
        slowest = Math.max(slowest, nanos);
        atOnce += answered && nanos < AT_ONCE.toNanos() ? 1 : 0;
      }
    }
    Leaks leaks = trial.watch().leaks();
    String note =
        "%d of %d at once, the slowest in %d ms".formatted(atOnce, SESSIONS, slowest / 1_000_000);
    boolean passed = leaks.none() && atOnce == SESSIONS;
    return new Outcome(2 * SESSIONS, SESSIONS, leaks, atOnce, passed, note);
  }
}
