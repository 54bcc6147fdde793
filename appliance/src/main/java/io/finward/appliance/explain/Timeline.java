package io.finward.appliance.explain;

import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import java.net.InetSocketAddress;
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
  private final PackedEvents events = new PackedEvents();
  private @Nullable EntryMoments entries;
  private @Nullable Told heard;
  private @Nullable InetSocketAddress upstreamLocal;
  private long endedNanos;

  Timeline(SessionView session) {
    this.session = session;
  }

  /** Whose it is. */
  SessionView session() {
    return session;
  }

  /** The upstream socket's own address; null when it was never connected. */
  @Nullable InetSocketAddress upstreamLocal() {
    return upstreamLocal;
  }

  PackedEvents events() {
    return events;
  }

  @Nullable EntryMoments entries() {
    return entries;
  }

  /** What the client said first; null when nobody looked. */
  @Nullable Told heard() {
    return heard;
  }

  /** {@link System#nanoTime} of the end. */
  long endedNanos() {
    return endedNanos;
  }

  void add(long nanos, SessionEvent event) {
    events.add(micros(nanos), event);
    switch (event) {
      case SessionEvent.FirstHeard first -> heard = new Told(micros(nanos), new Moment.Seen(first));
      case SessionEvent.Connected _, SessionEvent.Reconnected _ ->
          upstreamLocal = session.upstreamLocal();
      case SessionEvent.Ended _ -> endedNanos = nanos;
      case SessionEvent.Accepted _,
          SessionEvent.FirstBytes _,
          SessionEvent.FinReceived _,
          SessionEvent.FinSent _,
          SessionEvent.FinAcknowledged _,
          SessionEvent.ResetReceived _,
          SessionEvent.ResetSent _,
          SessionEvent.StateChanged _,
          SessionEvent.ExchangeBegan _,
          SessionEvent.ExchangeEnded _ -> {}
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
        upstreamLocal,
        session.bytesFrom(Side.CLIENT),
        session.bytesFrom(Side.SERVER),
        null,
        micros(nanos),
        ordered(events.list(), heard, entries));
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
