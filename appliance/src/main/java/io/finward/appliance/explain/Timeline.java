package io.finward.appliance.explain;

import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one session so far. Belongs to the session's loop.
 *
 * <p>The session itself is let go at its end; what is kept of it then is small.
 */
final class Timeline {
  private final long id;
  private final InetSocketAddress client;
  private final InetSocketAddress destination;
  private final String listener;
  private final long acceptedNanos;
  private final long acceptedMillis;
  private final PackedEvents events = new PackedEvents();
  private @Nullable EntryMoments entries;
  private @Nullable Told heard;
  private @Nullable SessionView live;
  private @Nullable InetSocketAddress upstreamLocal;
  private @Nullable EndReason reason;
  private long fromClient;
  private long fromServer;
  private long endedNanos;

  Timeline(SessionView session) {
    id = session.id();
    client = session.client();
    destination = session.originalDestination();
    listener = session.listener().name();
    acceptedNanos = session.acceptedNanos();
    acceptedMillis = session.acceptedMillis();
    live = session;
  }

  long id() {
    return id;
  }

  InetSocketAddress client() {
    return client;
  }

  /** {@link System#nanoTime} of the end. */
  long endedNanos() {
    return endedNanos;
  }

  void add(long nanos, SessionView session, SessionEvent event) {
    events.add(micros(nanos), event);
    switch (event) {
      case SessionEvent.FirstHeard first -> heard = new Told(micros(nanos), new Moment.Seen(first));
      case SessionEvent.Connected _ -> upstreamLocal = session.upstreamLocal();
      case SessionEvent.Ended(EndReason why) -> {
        reason = why;
        fromClient = session.bytesFrom(Side.CLIENT);
        fromServer = session.bytesFrom(Side.SERVER);
        endedNanos = nanos;
        live = null;
        events.trim();
      }
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
    List<Told> all = new ArrayList<>(events.list());
    EntryMoments kept = entries;
    Told said = heard;
    if (said != null) {
      all.add(1, said); // after the accept, before everything else
    }
    if (kept != null) {
      all.addAll(kept.list());
      all.sort(Comparator.comparingLong(Told::micros)); // stable
    }
    SessionView now = live;
    return new Story(
        id,
        client,
        destination,
        listener,
        acceptedMillis,
        upstreamLocal,
        now == null ? fromClient : now.bytesFrom(Side.CLIENT),
        now == null ? fromServer : now.bytesFrom(Side.SERVER),
        reason,
        micros(nanos),
        all);
  }

  private long micros(long nanos) {
    return Math.max(0, (nanos - acceptedNanos) / 1000);
  }
}
