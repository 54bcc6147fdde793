package io.finward.appliance.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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
    long[] nanos = new long[SESSIONS];
    // Linux answers a challenge ACK with a RST and tries again some ticks later; others wait.
    // Nobody
    // needs these ACKs here: what the server sends acknowledges as well.
    String challenges = "tcp sport 80 tcp flags & (fin | syn | rst | psh | ack) == ack";
    try (PacketLoss _ = PacketLoss.begin(trial.topology().client(), "prerouting", challenges)) {
      for (int i = 0; i < SESSIONS; i++) {
        long start = System.nanoTime();
        try (LabSocket again = trial.dialFrom(FIRST_CLIENT_PORT + i, 80)) {
          nanos[i] = System.nanoTime() - start;
          again.send(Http.request(trial.family()));
          boolean answered = Http.isAnswer(again.receiveToEnd());
          atOnce += answered && System.nanoTime() - start < AT_ONCE.toNanos() ? 1 : 0;
        }
      }
    }
    Leaks leaks = trial.watch().leaks();
    Arrays.sort(nanos);
    String note =
        "%d of %d at once, their SYNs answered in %d µs (median), at most %d µs%s"
            .formatted(
                atOnce,
                SESSIONS,
                nanos[SESSIONS / 2] / 1_000,
                nanos[SESSIONS - 1] / 1_000,
                trial.proxy().said("reason=tuple-reused") ? "; the old ones: tuple-reused" : "");
    boolean passed = leaks.none() && atOnce == SESSIONS;
    return new Outcome(2 * SESSIONS, SESSIONS, leaks, atOnce, passed, note);
  }
}
