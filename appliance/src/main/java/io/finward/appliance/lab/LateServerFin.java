package io.finward.appliance.lab;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Silent sessions whose server closes when the kernel has forgotten them.
 *
 * @param oblivion why it has
 */
record LateServerFin(Oblivion oblivion) implements Scenario {
  private static final int SESSIONS = 50;
  private static final Duration LIMIT = Duration.ofSeconds(8);

  @Override
  public String label() {
    return "late-server-fin" + oblivion.suffix();
  }

  @Override
  public String summary() {
    return switch (oblivion) {
      case EXPIRED -> "50 silent sessions, the server closes after the kernel's timeout";
      case FLUSHED -> "50 silent sessions, the server closes right after conntrack -F";
    };
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
    var asked = new CountDownLatch(SESSIONS);
    var over = new CountDownLatch(1);
    trial.startProxy();
    Oblivion.prepare(trial);
    trial.serve(
        80,
        socket -> {
          Http.readRequest(socket);
          asked.countDown();
          Waiting.forLatch(over);
        });
    var clients = new ArrayList<LabSocket>();
    for (int i = 0; i < SESSIONS; i++) {
      LabSocket client = trial.dial(80);
      client.send(Http.request(trial.family()));
      clients.add(client);
    }
    Waiting.forLatch(asked);
    oblivion.happen(trial);
    over.countDown();
    int ended = ended(clients);
    Leaks leaks = trial.watch().leaks();
    String note = "%d of %d clients saw the end".formatted(ended, SESSIONS);
    boolean passed = leaks.none() && ended == SESSIONS;
    return new Outcome(SESSIONS, SESSIONS, leaks, ended, passed, note);
  }

  /** How many saw the end of the stream within one time for all of them. */
  private static int ended(List<LabSocket> clients) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    int ended = 0;
    for (LabSocket client : clients) {
      client.readTimeout(Duration.ofNanos(Math.max(0, end - System.nanoTime())).plusMillis(1));
      try {
        if (client.receiveToEnd().length == 0) {
          ended++;
        }
      } catch (SocketTimeoutException | SocketException _) {
        // Stranded or reset.
      }
    }
    return ended;
  }
}
