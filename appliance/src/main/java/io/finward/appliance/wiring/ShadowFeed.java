package io.finward.appliance.wiring;

import io.finward.conntrack.ShadowConntrack;
import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.Flow;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Leg;
import io.finward.conntrack.shadow.ShadowShard;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionListener;
import io.finward.proxy.session.SessionMap;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the shadow table from the sessions: both legs of a session are flows on the shard of its
 * loop, from accept and connect to their end.
 */
final class ShadowFeed implements SessionListener {
  /** What one loop's sessions have in the table. */
  private record Feed(ShadowShard shard, SessionMap<Legs> legs) {}

  /** The flows of one session. */
  private static final class Legs {
    final Flow client;
    @Nullable Flow upstream;

    Legs(Flow client) {
      this.client = client;
    }

    @Nullable Flow of(Side side) {
      return side == Side.CLIENT ? client : upstream;
    }
  }

  private final List<String> listeners;
  private Map<EventExecutor, Feed> feeds = Map.of();

  /**
   * Feeds nobody yet.
   *
   * @param listeners their names; the table knows them by their place here
   */
  ShadowFeed(List<String> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /** Begins to feed. To be called before the first connection is accepted. */
  void into(ShadowConntrack shadow, List<? extends EventExecutor> loops) {
    feeds =
        loops.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    loop -> loop, loop -> new Feed(shadow.shard(loop), new SessionMap<>())));
  }

  @Override
  public void on(SessionView session, SessionEvent event) {
    Feed feed = feeds.get(session.loop());
    if (feed == null || session.listener().mode() == ListenerMode.EXPLICIT) {
      return;
    }
    switch (event) {
      case SessionEvent.Accepted _ ->
          feed.legs.put(session.id(), new Legs(feed.shard.open(clientLeg(session))));
      case SessionEvent.Connected _ -> connected(feed, session);
      case SessionEvent.FinReceived(Side from) -> closed(feed, session, from, End.REMOTE);
      case SessionEvent.FinSent(Side to) -> closed(feed, session, to, End.LOCAL);
      case SessionEvent.Ended(EndReason reason) -> ended(feed, session, reason);
      case SessionEvent.FirstHeard _,
          SessionEvent.FirstBytes _,
          SessionEvent.FinAcknowledged _,
          SessionEvent.ResetReceived _,
          SessionEvent.ResetSent _,
          SessionEvent.StateChanged _,
          SessionEvent.ExchangeBegan _,
          SessionEvent.ExchangeEnded _ -> {}
    }
  }

  private FlowRecord clientLeg(SessionView session) {
    boolean transparent = session.listener().mode() == ListenerMode.TPROXY;
    return FlowRecord.opened(
        session.id(),
        transparent ? Leg.TRANSPARENT : Leg.REDIRECTED,
        listeners.indexOf(session.listener().name()),
        Tuple.tcp(session.client(), session.originalDestination()),
        Tuple.tcp(session.local(), session.peer()));
  }

  private void connected(Feed feed, SessionView session) {
    Legs legs = feed.legs.get(session.id());
    InetSocketAddress local = session.upstreamLocal();
    if (legs != null && local != null) {
      Tuple out = Tuple.tcp(local, session.originalDestination());
      legs.upstream =
          feed.shard.open(
              FlowRecord.opened(
                  session.id(),
                  Leg.UPSTREAM,
                  listeners.indexOf(session.listener().name()),
                  out,
                  out.inverse()));
    }
  }

  private static void closed(Feed feed, SessionView session, Side side, End end) {
    Legs legs = feed.legs.get(session.id());
    Flow flow = legs == null ? null : legs.of(side);
    if (flow != null) {
      flow.closed(end);
    }
  }

  private static void ended(Feed feed, SessionView session, EndReason reason) {
    Legs legs = feed.legs.remove(session.id());
    if (legs == null) {
      return;
    }
    if (reason == EndReason.PARKED) {
      legs.client.park();
    } else if (reason == EndReason.LOOP || reason == EndReason.NO_ORIGINAL_DESTINATION) {
      legs.client.forget();
    } else {
      legs.client.end();
    }
    Flow upstream = legs.upstream;
    if (upstream != null) {
      upstream.end();
    }
  }
}
