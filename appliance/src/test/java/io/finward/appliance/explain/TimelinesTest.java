package io.finward.appliance.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimelinesTest {
  private static final int MOST = 3;

  private long nanos;
  private final Timelines timelines = new Timelines(MOST, Duration.ofHours(24), () -> nanos);

  @Test
  void theOldestThatEndedGoFirst() {
    for (int id = 1; id <= 5; id++) {
      begin(id, 40000);
    }
    for (int id = 1; id <= 4; id++) {
      end(id, 40000);
    }
    // The first is over the limit; the fifth lives and counts for nothing.
    assertThat(ids(40000)).containsExactly(5L, 4L, 3L, 2L);
  }

  @Test
  void anHourAfterItsEndASessionIsForgotten() {
    begin(1, 40000);
    nanos += Duration.ofHours(5).toNanos();
    end(1, 40000);
    nanos += Duration.ofMinutes(59).toNanos();
    assertThat(ids(40000)).containsExactly(1L);
    nanos += Duration.ofMinutes(1).toNanos();
    assertThat(ids(40000)).isEmpty();
  }

  @Test
  void aParkedSessionsStoryLastsAsLongAsItsFlow() {
    begin(1, 40000);
    timelines.on(new FakeSession(1, 40000), new SessionEvent.Ended(EndReason.PARKED));
    nanos += Duration.ofHours(23).toNanos();
    timelines.on(ImmediateEventExecutor.INSTANCE, 1, new Moment.EntryMadeAgain(Side.CLIENT));
    assertThat(moments(40000)).contains(new Moment.EntryMadeAgain(Side.CLIENT));
    nanos += Duration.ofHours(1).toNanos();
    assertThat(ids(40000)).isEmpty();
  }

  @Test
  void onlyTheClientsOwnSessionsAreTold() {
    begin(1, 40000);
    begin(2, 40001);
    assertThat(ids(40001)).containsExactly(2L);
    assertThat(ids(40002)).isEmpty();
  }

  @Test
  void entryMomentsFindTheirSession() {
    begin(1, 40000);
    timelines.on(ImmediateEventExecutor.INSTANCE, 1, new Moment.EntryMadeAgain(Side.SERVER));
    timelines.on(ImmediateEventExecutor.INSTANCE, 2, new Moment.EntryMadeAgain(Side.SERVER));
    assertThat(moments(40000)).contains(new Moment.EntryMadeAgain(Side.SERVER));
  }

  @Test
  void whatRepeatsDoesNotMakeAStoryLarge() {
    begin(1, 40000);
    for (int i = 0; i < 1000; i++) {
      nanos += 2_000_000_000L;
      timelines.on(new FakeSession(1, 40000), new SessionEvent.FirstBytes(Side.CLIENT));
      timelines.on(
          ImmediateEventExecutor.INSTANCE,
          1,
          new Moment.Late(Side.CLIENT, false, "data", "flushed", "translated"));
    }
    end(1, 40000);
    assertThat(moments(40000))
        .hasSize(PackedEvents.MOST + EntryMoments.MOST + 1)
        .last()
        .isEqualTo(new Moment.Seen(new SessionEvent.Ended(EndReason.FINISHED)));
  }

  @Test
  void renewalsInARowAreOne() {
    begin(1, 40000);
    for (int i = 1; i <= 100; i++) {
      nanos = i * 30_000_000_000L;
      timelines.on(ImmediateEventExecutor.INSTANCE, 1, new Moment.Leased(Side.CLIENT));
    }
    assertThat(stories(40000).getFirst().moments())
        .last()
        .isEqualTo(new Told(3_000_000_000L, new Moment.Leased(Side.CLIENT)));
    assertThat(moments(40000)).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(EndReason.class)
  void everyEventComesBackAsItWas(EndReason reason) {
    List<SessionEvent> events =
        List.of(
            new SessionEvent.Accepted(),
            new SessionEvent.Connected(),
            new SessionEvent.FirstBytes(Side.SERVER),
            new SessionEvent.FirstBytes(Side.CLIENT),
            new SessionEvent.FinReceived(Side.CLIENT),
            new SessionEvent.FinSent(Side.SERVER),
            new SessionEvent.FinAcknowledged(Side.SERVER),
            new SessionEvent.FinReceived(Side.SERVER),
            new SessionEvent.FinSent(Side.CLIENT),
            new SessionEvent.FinAcknowledged(Side.CLIENT),
            new SessionEvent.ResetReceived(Side.CLIENT),
            new SessionEvent.ResetSent(Side.SERVER),
            new SessionEvent.ResetReceived(Side.SERVER),
            new SessionEvent.ResetSent(Side.CLIENT),
            new SessionEvent.Ended(reason));
    for (SessionEvent event : events) {
      nanos += Duration.ofDays(3).toNanos();
      timelines.on(new FakeSession(1, 40000), event);
    }
    assertThat(stories(40000).getFirst().reason()).isEqualTo(reason);
    assertThat(stories(40000).getFirst().moments())
        .extracting(Told::moment)
        .containsExactlyElementsOf(events.stream().map(Moment.Seen::new).toList());
    assertThat(stories(40000).getFirst().moments().getLast().micros())
        .isEqualTo(Duration.ofDays(45).toNanos() / 1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "fe80::1%1", "::1"})
  void anEndedSessionIsToldAsALiveOne(String address) {
    FakeSession session = new FakeSession(7, FakeSession.endpoint(address, 65535));
    timelines.on(session, new SessionEvent.Accepted());
    timelines.on(session, new SessionEvent.Connected());
    Story live = timelines.of(session.client()).join().getFirst();
    nanos = 5_000_000;
    timelines.on(session, new SessionEvent.Ended(EndReason.RESET_BY_CLIENT));
    Story ended = timelines.of(session.client()).join().getFirst();
    assertThat(ended)
        .usingRecursiveComparison()
        .ignoringFields("reason", "askedMicros", "moments")
        .isEqualTo(live);
    assertThat(ended.client().getAddress().getHostAddress())
        .isEqualTo(session.client().getAddress().getHostAddress());
    assertThat(ended.reason()).isEqualTo(EndReason.RESET_BY_CLIENT);
    assertThat(ended.moments()).startsWith(live.moments().toArray(Told[]::new)).hasSize(3);
  }

  @Test
  void manyStoriesComeAndGo() {
    Timelines many = new Timelines(1000, Duration.ofHours(24), () -> nanos);
    for (int id = 1; id <= 5000; id++) {
      many.on(new FakeSession(id, id), new SessionEvent.Accepted());
      many.on(new FakeSession(id, id), new SessionEvent.Ended(EndReason.FINISHED));
      many.on(ImmediateEventExecutor.INSTANCE, id, new Moment.Leased(Side.CLIENT));
    }
    many.on(ImmediateEventExecutor.INSTANCE, 4000, new Moment.EntryMadeAgain(Side.CLIENT));
    many.on(ImmediateEventExecutor.INSTANCE, 4001, new Moment.EntryMadeAgain(Side.CLIENT));
    for (int id = 1; id <= 5000; id++) {
      List<Story> stories = many.of(FakeSession.endpoint("192.0.2.1", id)).join();
      assertThat(stories).hasSize(id <= 4000 ? 0 : 1);
      assertThat(stories.stream().mapToInt(story -> story.moments().size()).sum())
          .isEqualTo(id <= 4000 ? 0 : id == 4001 ? 4 : 3);
    }
  }

  private void begin(long id, int port) {
    timelines.on(new FakeSession(id, port), new SessionEvent.Accepted());
  }

  private void end(long id, int port) {
    timelines.on(new FakeSession(id, port), new SessionEvent.Ended(EndReason.FINISHED));
  }

  private List<Story> stories(int port) {
    return timelines.of(FakeSession.endpoint("192.0.2.1", port)).join();
  }

  private List<Long> ids(int port) {
    return stories(port).stream().map(Story::id).toList();
  }

  private List<Moment> moments(int port) {
    return stories(port).getFirst().moments().stream().map(Told::moment).toList();
  }
}
