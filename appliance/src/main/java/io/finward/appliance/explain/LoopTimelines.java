package io.finward.appliance.explain;

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
  private final int mostEnded;
  private final long keptNanos;
  private final LongSupplier clock;
  private final SessionMap<Timeline> byId = new SessionMap<>();
  private final ArrayDeque<Timeline> ended = new ArrayDeque<>();

  /**
   * @param mostEnded how many sessions are remembered after their end; the oldest go first
   * @param kept how long they are
   * @param clock {@link System#nanoTime}, but in tests
   */
  LoopTimelines(int mostEnded, Duration kept, LongSupplier clock) {
    this.mostEnded = mostEnded;
    this.keptNanos = kept.toNanos();
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
    if (event instanceof SessionEvent.Ended) {
      ended.add(timeline);
      forget(now);
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
    forget(now);
    List<Story> stories = new ArrayList<>();
    for (Timeline timeline : byId.values()) {
      if (timeline.client().equals(client)) {
        stories.add(timeline.story(now));
      }
    }
    return stories;
  }

  private void forget(long now) {
    Timeline oldest = ended.peek();
    while (oldest != null && (ended.size() > mostEnded || now - oldest.endedNanos() >= keptNanos)) {
      ended.remove();
      byId.remove(oldest.id());
      oldest = ended.peek();
    }
  }
}
