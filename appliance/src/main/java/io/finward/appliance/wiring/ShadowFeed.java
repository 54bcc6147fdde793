package io.finward.appliance.wiring;

import io.finward.conntrack.ShadowConntrack;
import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.Flow;
import io.finward.conntrack.shadow.Leg;
import io.finward.conntrack.shadow.ShadowShard;
import io.finward.nat.rule.Tracking;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.SourceAddress;
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
 *
 * <p>Not at once: a session that ends within a second, as most do, goes into the table when it has
 * ended. The shard has the young ones taken in before it answers anybody, so nobody can tell.
 */
final class ShadowFeed implements SessionListener {
  /** One loop's sessions. */
  private static final class Feed {
    final ShadowShard shard;
    Tracking tracking;
    final SessionMap<Legs> legs = new SessionMap<>();

    /** The ring of young sessions; the oldest is behind this. */
    final Link young = new Link();

    Feed(ShadowShard shard, Tracking tracking) {
      this.shard = shard;
      this.tracking = tracking;
      shard.youngFlows(this::takeIn);
    }

    void takeIn() {
      while (young.next instanceof Legs oldest) {
        oldest.unlink();
        oldest.takeIn();
      }
    }
  }

  /** A place in a ring; alone when it is its own neighbour. */
  private static class Link {
    private Link previous = this;
    private Link next = this;

    final boolean alone() {
      return next == this;
    }

    final void linkBefore(Link other) {
      previous = other.previous;
      next = other;
      previous.next = this;
      other.previous = this;
    }

    final void unlink() {
      previous.next = next;
      next.previous = previous;
      previous = this;
      next = this;
    }
  }

  /** The flows of one session; linked while they are young. */
  private static final class Legs extends Link {
    Flow client;
    @Nullable Flow upstream;

    Legs(Flow client) {
      this.client = client;
    }

    @Nullable Flow of(Side side) {
      return side == Side.CLIENT ? client : upstream;
    }

    void takeIn() {
      client.takeIn();
      if (upstream != null) {
        upstream.takeIn();
      }
    }
  }

  private final List<String> listeners;
  private final Tracking tracking;
  private Map<EventExecutor, Feed> feeds = Map.of();

  /**
   * Feeds nobody yet.
   *
   * @param listeners their names; the table knows them by their place here
   * @param tracking which connections have entries, at first
   */
  ShadowFeed(List<String> listeners, Tracking tracking) {
    this.listeners = List.copyOf(listeners);
    this.tracking = tracking;
  }

  /** Begins to feed. To be called before the first connection is accepted. */
  void into(ShadowConntrack shadow, List<? extends EventExecutor> loops) {
    feeds =
        loops.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    loop -> loop, loop -> new Feed(shadow.shard(loop), tracking)));
  }

  /**
   * Feeds by other entries in conntrack from now on, and begins the flows of running sessions again
   * that had none. To be called on the loop.
   */
  void track(EventExecutor loop, Tracking other, Iterable<? extends SessionView> sessions) {
    Feed feed = feeds.get(loop);
    if (feed != null) {
      feed.tracking = other;
      for (SessionView session : sessions) {
        Legs legs = feed.legs.get(session.id());
        if (legs != null) {
          beginAgain(feed, session, legs);
        }
      }
    }
  }

  private void beginAgain(Feed feed, SessionView session, Legs legs) {
    boolean young = !legs.alone();
    if (lacksEntry(legs.client)) {
      legs.client.forget();
      legs.client = clientFlow(feed, session);
      if (!young) {
        legs.client.takeIn();
      }
      closed(feed, session, Side.CLIENT);
    }
    Flow upstream = legs.upstream;
    if (upstream != null && lacksEntry(upstream)) {
      upstream.forget();
      connected(feed, session);
      closed(feed, session, Side.SERVER);
    }
  }

  private static boolean lacksEntry(Flow flow) {
    return flow.known() && !flow.record().leg().tracked();
  }

  /** Who has closed first; that the other end was told is a matter of moments. */
  private static void closed(Feed feed, SessionView session, Side side) {
    Side first = session.closedFirst();
    if (first != null) {
      closed(feed, session, side, first == side ? End.REMOTE : End.LOCAL);
    }
  }

  @Override
  public void on(SessionView session, SessionEvent event) {
    Feed feed = feeds.get(session.loop());
    if (feed == null || session.listener().mode() == ListenerMode.EXPLICIT) {
      return;
    }
    switch (event) {
      case SessionEvent.Accepted _ -> accepted(feed, session);
      case SessionEvent.Connected _ -> connected(feed, session);
      case SessionEvent.Reconnected _ -> {
        Legs legs = feed.legs.get(session.id());
        Flow before = legs == null ? null : legs.upstream;
        if (before != null) {
          before.end();
        }
        connected(feed, session);
      }
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

  private void accepted(Feed feed, SessionView session) {
    Legs legs = new Legs(clientFlow(feed, session));
    feed.legs.put(session.id(), legs);
    legs.linkBefore(feed.young);
  }

  private Flow clientFlow(Feed feed, SessionView session) {
    return leg(
        feed,
        session,
        clientLeg(feed, session.listener().mode()),
        Tuple.tcp(session.openedFrom(), session.openedTo()),
        Tuple.tcp(session.local(), session.peer()));
  }

  private void connected(Feed feed, SessionView session) {
    Legs legs = feed.legs.get(session.id());
    InetSocketAddress local = session.upstreamLocal();
    if (legs == null || local == null) {
      return;
    }
    Tuple out = Tuple.tcp(local, session.upstream());
    Flow upstream = leg(feed, session, upstreamLeg(feed, session), out, out.inverse());
    legs.upstream = upstream;
    if (legs.alone()) {
      // Not young any more.
      upstream.takeIn();
    }
  }

  private static Leg clientLeg(Feed feed, ListenerMode mode) {
    if (mode != ListenerMode.TPROXY) {
      return Leg.REDIRECTED;
    }
    return feed.tracking.transparent() ? Leg.TRANSPARENT : Leg.TRANSPARENT_UNTRACKED;
  }

  private static Leg upstreamLeg(Feed feed, SessionView session) {
    boolean foreign = session.listener().source() == SourceAddress.CLIENT;
    boolean tracked = foreign ? feed.tracking.transparent() : feed.tracking.upstream();
    return tracked ? Leg.UPSTREAM : Leg.UPSTREAM_UNTRACKED;
  }

  private Flow leg(Feed feed, SessionView session, Leg leg, Tuple original, Tuple reply) {
    int listener = listeners.indexOf(session.listener().name());
    return feed.shard.begin(session.id(), leg, listener, original, reply);
  }

  private static void closed(Feed feed, SessionView session, Side side, End end) {
    Legs legs = feed.legs.get(session.id());
    Flow leg = legs == null ? null : legs.of(side);
    if (leg != null) {
      leg.closed(end);
    }
  }

  private static void ended(Feed feed, SessionView session, EndReason reason) {
    Legs legs = feed.legs.remove(session.id());
    if (legs == null) {
      return;
    }
    legs.unlink();
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
