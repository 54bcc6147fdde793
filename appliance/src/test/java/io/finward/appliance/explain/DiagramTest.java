package io.finward.appliance.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagramTest {
  private long nanos;
  private final LoopTimelines timelines =
      new LoopTimelines(10, Duration.ofHours(1), Duration.ofHours(24), () -> nanos);
  private final FakeSession session = new FakeSession(7, 40000);

  @Test
  void tellsOfALateFin() {
    lateFin();
    assertThat(text())
        .isEqualTo(
            """
            session 7 of listener web: 192.0.2.1:40000 to 198.51.100.1:80
            accepted 2026-01-01 12:00:00.000 UTC; 78 B from the client, 1.5 MiB from the server

                        client                        gateway                        server
            +0.000000     |------- SYN, accepted ------->|                              |
            +0.000412     |                              |------ SYN, connected ------->|
            +0.000500     |-------- first bytes -------->|                              |
            +0.001020     |                              |<-------- first bytes --------|
            +1.234567     |                              |<------------ FIN ------------|
                          |  the server closed first: half-closed, held                 |
            +1.234700     |<------------ FIN ------------|                              |
            +1.300000     |---- ACK of FIN, noticed ---->|                              |
                          |  the client sat in CLOSE_WAIT for 2m05s                     |
                          |  the kernel forgot the client's entry between +1.234700     |
                          |  and +126.500000: expired                                   |
            +126.500000   |----- late FIN ------X        |                              |
                          |  stopped by the wall; sent again by TCP, then translated    |
                          |  Finward made the client's conntrack entry again            |
            +126.703000   |------------ FIN ------------>|                              |
            +126.703100   |                              |------------ FIN ------------>|
            +126.703200   |  ended: finished                                            |
            """);
  }

  @Test
  void tellsWhatTheClientSaidFirst() {
    at(0, new SessionEvent.Accepted());
    Heard heard = new Heard(Heard.Protocol.TLS, "a.test", List.of(), null, null, Heard.Verified.NO);
    at(300, new SessionEvent.FirstHeard(heard));
    at(310, new SessionEvent.ResetSent(Side.CLIENT));
    at(320, new SessionEvent.Ended(EndReason.DENIED));
    assertThat(text())
        .endsWith(
            """
            +0.000000     |------- SYN, accepted ------->|                              |
            +0.000300     |  TLS, SNI a.test: not verified                              |
            +0.000310     |<------------ RST ------------|                              |
            +0.000320     |  ended: denied                                              |
            """);
  }

  @Test
  void tellsOfASessionThatStillWaits() {
    open();
    at(2_000_000, new SessionEvent.FinReceived(Side.CLIENT));
    at(2_000_100, new SessionEvent.FinSent(Side.SERVER));
    nanos = 90_000_000_000L;
    assertThat(text())
        .isEqualTo(
            """
            session 7 of listener web: 192.0.2.1:40000 to 198.51.100.1:80
            accepted 2026-01-01 12:00:00.000 UTC; 78 B from the client, 1.5 MiB from the server

                        client                        gateway                        server
            +0.000000     |------- SYN, accepted ------->|                              |
            +0.000412     |                              |------ SYN, connected ------->|
            +0.000500     |-------- first bytes -------->|                              |
            +0.001020     |                              |<-------- first bytes --------|
            +2.000000     |------------ FIN ------------>|                              |
                          |  the client closed first: half-closed, held                 |
            +2.000100     |                              |------------ FIN ------------>|
            +90.000000    |  alive                                                      |
                          |  the server has not closed: 1m27s in CLOSE_WAIT so far      |
            """);
  }

  @Test
  void tellsOfAResetAndOfOurOwnLatePacket() {
    open();
    at(2_000_000, new Moment.EntryNotMade(Side.CLIENT, "Refused[errno=12]"));
    at(2_000_900, new Moment.Late(Side.CLIENT, true, "data", "flushed", "stopped"));
    at(3_000_000, new SessionEvent.ResetReceived(Side.SERVER));
    at(3_000_100, new SessionEvent.ResetSent(Side.CLIENT));
    at(3_000_110, new SessionEvent.Ended(EndReason.RESET_BY_SERVER));
    assertThat(text())
        .isEqualTo(
            """
            session 7 of listener web: 192.0.2.1:40000 to 198.51.100.1:80
            accepted 2026-01-01 12:00:00.000 UTC; 78 B from the client, 1.5 MiB from the server

                        client                        gateway                        server
            +0.000000     |------- SYN, accepted ------->|                              |
            +0.000412     |                              |------ SYN, connected ------->|
            +0.000500     |-------- first bytes -------->|                              |
            +0.001020     |                              |<-------- first bytes --------|
                          |  the kernel forgot the client's entry between +0.000500     |
                          |  and +2.000000: flushed                                     |
            +2.000000     |        X----- late DATA -----|                              |
                          |  stopped by the wall; nothing more could be done            |
                          |  Finward could not make the client's conntrack entry        |
                          |  again: Refused[errno=12]                                   |
            +3.000000     |                              |<------------ RST ------------|
            +3.000100     |<------------ RST ------------|                              |
            +3.000110     |  ended: reset-by-server                                     |
            """);
  }

  @Test
  void theKernelForgotBetweenTheLastPacketAndTheLateOne() {
    lateFin();
    assertThat(story().forgettings())
        .containsExactly(new Forgetting(Side.CLIENT, 1_234_700, 126_500_000, "expired"));
    assertThat(story().closeWait())
        .isEqualTo(new CloseWait(Side.CLIENT, 1_234_700, 126_500_000, true));
    assertThat(story().closedFirst()).isEqualTo(Side.SERVER);
  }

  @Test
  void aRenewedLeaseShowsThatTheEntryWasThere() {
    lateFin(new Moment.Leased(Side.CLIENT));
    assertThat(story().forgettings())
        .containsExactly(new Forgetting(Side.CLIENT, 60_000_000, 126_500_000, "expired"));
  }

  @Test
  void nobodySatInCloseWaitWhenBothEndedAtOnce() {
    open();
    at(2_000_000, new SessionEvent.FinReceived(Side.CLIENT));
    at(2_000_010, new SessionEvent.FinReceived(Side.SERVER));
    at(2_000_020, new SessionEvent.FinSent(Side.SERVER));
    at(2_000_030, new SessionEvent.Ended(EndReason.FINISHED));
    assertThat(story().closeWait()).isNull();
  }

  private void open() {
    at(0, new SessionEvent.Accepted());
    at(412, new SessionEvent.Connected());
    at(500, new SessionEvent.FirstBytes(Side.CLIENT));
    at(1_020, new SessionEvent.FirstBytes(Side.SERVER));
  }

  private void lateFin(Moment.OfEntry... meanwhile) {
    open();
    at(1_234_567, new SessionEvent.FinReceived(Side.SERVER));
    at(1_234_700, new SessionEvent.FinSent(Side.CLIENT));
    at(1_300_000, new SessionEvent.FinAcknowledged(Side.CLIENT));
    for (Moment.OfEntry moment : meanwhile) {
      at(60_000_000, moment);
    }
    at(126_500_000, new Moment.EntryMadeAgain(Side.CLIENT));
    at(126_500_100, new Moment.Late(Side.CLIENT, false, "fin", "expired", "translated"));
    at(126_703_000, new SessionEvent.FinReceived(Side.CLIENT));
    at(126_703_100, new SessionEvent.FinSent(Side.SERVER));
    at(126_703_200, new SessionEvent.Ended(EndReason.FINISHED));
  }

  private void at(long micros, SessionEvent event) {
    nanos = micros * 1000;
    timelines.on(session, event);
  }

  private void at(long micros, Moment.OfEntry moment) {
    nanos = micros * 1000;
    timelines.on(session.id(), moment);
  }

  private Story story() {
    return timelines.of(session.client()).getFirst();
  }

  private String text() {
    return Diagram.text(List.of(story()));
  }
}
