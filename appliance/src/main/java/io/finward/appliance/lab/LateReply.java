package io.finward.appliance.lab;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The entries of open sessions vanish, and at once the server has something to say. */
final class LateReply implements Scenario {
  private static final int SESSIONS = 20;

  /** Some retransmissions of TCP's: 200 ms, doubled each time. */
  private static final Duration LIMIT = Duration.ofSeconds(8);

  @Override
  public String label() {
    return "late-reply";
  }

  @Override
  public String summary() {
    return "the entry of an open session vanishes, the server answers at once: the client gets it";
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);
  }

  @Override
  public boolean peers() {
    return true;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    var asked = new CountDownLatch(SESSIONS);
    var forgotten = new CountDownLatch(1);
    trial.startProxy();
    trial.serve(
        80,
        socket -> {
          Http.readRequest(socket);
          asked.countDown();
          Waiting.forLatch(forgotten);
          socket.send(Http.answer());
        });
    var clients = new ArrayList<LabSocket>();
    for (int i = 0; i < SESSIONS; i++) {
      LabSocket client = trial.dial(80);
      client.send(Http.request(trial.family()));
      clients.add(client);
    }
    Waiting.forLatch(asked);
    trial.forgetClientEntries();
    forgotten.countDown();
    int answered = answered(clients);
    Leaks leaks = trial.watch().leaks();
    boolean passed = leaks.none() && answered == SESSIONS;
    String note = "%d of %d clients got the answer".formatted(answered, SESSIONS);
    return new Outcome(SESSIONS, SESSIONS, leaks, answered, passed, note);
  }

  /** How many got the answer within one time for all of them. */
  private static int answered(List<LabSocket> clients) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    int answered = 0;
    for (LabSocket client : clients) {
      long left = Math.max(Duration.ofMillis(1).toNanos(), end - System.nanoTime());
      client.readTimeout(Duration.ofNanos(left).plusMillis(1));
      try {
        if (Http.isAnswer(client.receiveToEnd())) {
          answered++;
        }
      } catch (SocketTimeoutException | SocketException _) {
        // Lost or reset: not answered.
      }
    }
    return answered;
  }
}
