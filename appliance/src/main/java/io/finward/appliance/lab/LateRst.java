package io.finward.appliance.lab;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The server ends its direction and waits; the client's RST comes when the kernel has forgotten the
 * connection. Nobody sends an RST twice: the server must learn of it all the same.
 *
 * @param oblivion why it has
 */
record LateRst(Oblivion oblivion) implements Scenario {
  private static final int SESSIONS = 50;
  private static final Duration LIMIT = Duration.ofSeconds(8);

  @Override
  public String label() {
    return "late-rst" + oblivion.suffix();
  }

  @Override
  public String summary() {
    return switch (oblivion) {
      case EXPIRED -> "50 half-closed clients reset after the kernel's timeout: the server is told";
      case FLUSHED -> "50 half-closed clients reset right after conntrack -F: the server is told";
    };
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);
  }

  @Override
  public boolean usual() {
    return oblivion == Oblivion.FLUSHED;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    var told = new AtomicInteger();
    trial.startProxy();
    Oblivion.prepare(trial);
    trial.serve(
        80,
        socket -> {
          Http.readRequest(socket);
          socket.send(Http.answer());
          socket.endOutput();
          try {
            socket.receiveToEnd();
          } catch (SocketException _) {
            told.incrementAndGet();
          }
        });
    HalfClosed sessions = HalfClosed.open(trial, SESSIONS, 80);
    oblivion.happen(trial);
    sessions.reset();
    boolean allTold = Waiting.until(LIMIT, () -> told.get() == SESSIONS);
    Leaks leaks = trial.watch().leaks();
    String note = "the server was told of %d of %d RSTs".formatted(told.get(), SESSIONS);
    return new Outcome(SESSIONS, SESSIONS, leaks, told.get(), leaks.none() && allTold, note);
  }
}
