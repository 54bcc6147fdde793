package io.finward.appliance.explain;

import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one session so far, until its end; after that {@link PastStories} has it.
 * Belongs to the session's loop.
 */
final class Timeline {
  private final SessionView session;
  private long[] events = PackedEvents.none();
  private @Nullable EntryMoments entries;
  private @Nullable Told heard;

  Timeline(SessionView session) {
    this.session = session;
  }

  /** Whose it is. */
  SessionView session() {
    return session;
  }

  /** Writes its events to {@code words}, from {@code at}; returns how many there are. */
  int writeEvents(long[] words, int at) {
    int size = PackedEvents.size(events);
    System.arraycopy(events, 0, words, at, size);
    return size;
  }

  @Nullable EntryMoments entries() {
    return entries;
  }

  /** What the client said first; null when nobody looked. */
  @Nullable Told heard() {
    return heard;
  }

  void add(long nanos, SessionEvent event) {
    events = PackedEvents.add(events, micros(nanos), event);
    if (event instanceof SessionEvent.FirstHeard first) {
      heard = new Told(micros(nanos), new Moment.Seen(first));
    }
  }

  void add(long nanos, Moment.OfEntry moment) {
    EntryMoments kept = entries;
    if (kept == null) {
      kept = new EntryMoments();
      entries = kept;
    }
    kept.add(micros(nanos), moment);
  }

  /** A copy for any thread. */
  Story story(long nanos) {
    return new Story(
        session.id(),
        session.client(),
        session.originalDestination(),
        session.listener().name(),
        session.acceptedMillis(),
        session.upstreamLocal(),
        session.bytesFrom(Side.CLIENT),
        session.bytesFrom(Side.SERVER),
        null,
        micros(nanos),
        ordered(PackedEvents.read(events, 0, PackedEvents.size(events)), heard, entries));
  }

  /** All that is told of a session, in the order it happened. */
  static List<Told> ordered(
      List<Told> events, @Nullable Told heard, @Nullable EntryMoments entries) {
    List<Told> all = new ArrayList<>(events);
    if (heard != null) {
      all.add(1, heard); // after the accept, before everything else
    }
    if (entries != null) {
      all.addAll(entries.list());
      all.sort(Comparator.comparingLong(Told::micros)); // stable
    }
    return all;
  }

  private long micros(long nanos) {
    return Math.max(0, (nanos - session.acceptedNanos()) / 1000);
  }
}
