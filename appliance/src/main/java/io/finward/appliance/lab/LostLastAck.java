package io.finward.appliance.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The ACK of the client's FIN gets lost: the FIN that it sends again must still be answered. */
final class LostLastAck implements Scenario {
  /** Longer than TCP's first retransmissions, 200 ms and doubled each time. */
  private static final Duration LOSS = Duration.ofMillis(700);

  @Override
  public String label() {
    return "lost-last-ack";
  }

  @Override
  public String summary() {
    return "the ACKs of 100 clients' FINs get lost: the FINs sent again are ACKed";
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
    HalfClosed sessions = HalfClosed.open(trial, LateFin.SESSIONS, 80);
    String acks = "tcp sport 80 tcp flags & (syn | fin | rst | ack) == ack";
    try (PacketLoss loss = PacketLoss.begin(trial.topology().client(), "prerouting", acks)) {
      sessions.beginClosing();
      Waiting.pause(LOSS);
      loss.require(LateFin.SESSIONS);
    }
    HalfClosed.Farewell farewell = sessions.close();
    Leaks leaks = trial.watch().leaks();
    int all = sessions.size();
    boolean passed = leaks.none() && farewell.acknowledged() == all;
    return new Outcome(all, all, leaks, farewell.acknowledged(), passed, farewell.note());
  }
}
