package io.finward.appliance.explain;

import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionMap;
import io.finward.proxy.session.SessionView;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The timelines of one loop's sessions, and of those that have ended. Belongs to the loop. */
final class LoopTimelines {
  private final LongSupplier clock;
  private final SessionMap<Timeline> live = new SessionMap<>();
  private final PastStories ended;

  /** Parked sessions have late packets to come, so their stories go on. */
  private final PastStories parked;

  /**
   * @param mostEnded how many sessions are remembered after their end, and as many parked ones; the
   *     oldest go first
   * @param kept how long an ended session is
   * @param parkedKept how long a parked one is
   * @param clock {@link System#nanoTime}, but in tests
   */
  LoopTimelines(int mostEnded, Duration kept, Duration parkedKept, LongSupplier clock) {
    this.ended = new PastStories(mostEnded, kept.toNanos());
    this.parked = new PastStories(mostEnded, parkedKept.toNanos());
    this.clock = clock;
  }

  void on(SessionView session, SessionEvent event) {
    switch (event) {
      case SessionEvent.StateChanged _ -> {
        // Told by the other events.
      }
      case SessionEvent.Accepted _ -> {
        Timeline begun = new Timeline(session);
        live.put(session.id(), begun);
        begun.add(clock.getAsLong(), event);
      }
      case SessionEvent.Ended(EndReason reason) -> {
        Timeline over = live.remove(session.id());
        if (over != null) {
          long now = clock.getAsLong();
          over.add(now, event);
          (reason == EndReason.PARKED ? parked : ended).add(over, now);
        }
      }
      case SessionEvent.FirstHeard _,
          SessionEvent.Connected _,
          SessionEvent.Reconnected _,
          SessionEvent.FirstBytes _,
          SessionEvent.FinReceived _,
          SessionEvent.FinSent _,
          SessionEvent.FinAcknowledged _,
          SessionEvent.ResetReceived _,
          SessionEvent.ResetSent _,
          SessionEvent.ExchangeBegan _,
          SessionEvent.ExchangeEnded _ -> {
        Timeline timeline = live.get(session.id());
        if (timeline != null) {
          timeline.add(clock.getAsLong(), event);
        }
      }
    }
  }

  void on(long id, Moment.OfEntry moment) {
    long now = clock.getAsLong();
    Timeline timeline = live.get(id);
    if (timeline != null) {
      timeline.add(now, moment);
    } else {
      ended.add(id, now, moment);
      parked.add(id, now, moment);
    }
  }

  List<Story> of(InetSocketAddress client) {
    long now = clock.getAsLong();
    List<Story> stories = new ArrayList<>();
    for (Timeline timeline : live.values()) {
      if (timeline.session().client().equals(client)) {
        stories.add(timeline.story(now));
      }
    }
    ended.tell(client, now, stories);
    parked.tell(client, now, stories);
    return stories;
  }
}
