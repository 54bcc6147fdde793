package io.finward.appliance.explain;

import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionMap;
import io.finward.proxy.session.SessionView;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The timelines of one loop's sessions, and of those that have ended. Belongs to the loop. */
final class LoopTimelines {
  private final LongSupplier clock;
  private final SessionMap<Timeline> byId = new SessionMap<>();
  private final Past ended;

  /** Parked sessions have late packets to come, so their stories go on. */
  private final Past parked;

  /**
   * @param mostEnded how many sessions are remembered after their end, and as many parked ones; the
   *     oldest go first
   * @param kept how long an ended session is
   * @param parkedKept how long a parked one is
   * @param clock {@link System#nanoTime}, but in tests
   */
  LoopTimelines(int mostEnded, Duration kept, Duration parkedKept, LongSupplier clock) {
    this.ended = new Past(mostEnded, kept.toNanos());
    this.parked = new Past(mostEnded, parkedKept.toNanos());
    this.clock = clock;
  }

  void on(SessionView session, SessionEvent event) {
    if (event instanceof SessionEvent.StateChanged) {
      return;
    }
    long now = clock.getAsLong();
    Timeline timeline;
    if (event instanceof SessionEvent.Accepted) {
      timeline = new Timeline(session);
      byId.put(session.id(), timeline);
    } else {
      timeline = byId.get(session.id());
    }
    if (timeline == null) {
      return;
    }
    timeline.add(now, session, event);
    if (event instanceof SessionEvent.Ended(EndReason reason)) {
      Past past = reason == EndReason.PARKED ? parked : ended;
      past.timelines.add(timeline);
      forget(past, now);
    }
  }

  void on(long id, Moment.OfEntry moment) {
    Timeline timeline = byId.get(id);
    if (timeline != null) {
      timeline.add(clock.getAsLong(), moment);
    }
  }

  List<Story> of(InetSocketAddress client) {
    long now = clock.getAsLong();
    forget(ended, now);
    forget(parked, now);
    List<Story> stories = new ArrayList<>();
    for (Timeline timeline : byId.values()) {
      if (timeline.client().equals(client)) {
        stories.add(timeline.story(now));
      }
    }
    return stories;
  }

  private void forget(Past past, long now) {
    Timeline oldest = past.timelines.peek();
    while (oldest != null
        && (past.timelines.size() > past.most || now - oldest.endedNanos() >= past.keptNanos)) {
      past.timelines.remove();
      byId.remove(oldest.id());
      oldest = past.timelines.peek();
    }
  }

  /** Timelines that have ended, the oldest first, and how many and how long they are kept. */
  private static final class Past {
    private final ArrayDeque<Timeline> timelines = new ArrayDeque<>();
    private final int most;
    private final long keptNanos;

    Past(int most, long keptNanos) {
      this.most = most;
      this.keptNanos = keptNanos;
    }
  }
}
