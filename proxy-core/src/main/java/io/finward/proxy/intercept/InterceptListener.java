package io.finward.proxy.intercept;

import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.LocalAddressProbe;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.balancer.HeaderGate;
import io.finward.proxy.header.PeerHeader;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.Looking;
import io.finward.proxy.opening.Openings;
import io.finward.proxy.relay.Accepted;
import io.finward.proxy.relay.Acceptor;
import io.finward.proxy.relay.Door;
import io.finward.proxy.relay.Opener;
import io.finward.proxy.relay.OpeningSession;
import io.finward.proxy.relay.SessionLoop;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Heard;
import io.finward.proxy.upstream.Leg;
import io.finward.proxy.upstream.Parent;
import io.finward.proxy.upstream.Routes;
import io.finward.proxy.upstream.Upstreams;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One intercepting listener on one event loop: learns where accepted connections were meant to go,
 * and begins their sessions.
 */
public final class InterceptListener {
  private final ListenerSettings listener;
  private final SessionLoop sessions;
  private final InterceptSettings settings;
  private final Refusals refusals;
  private final Upstreams upstreams;
  private final Opener opener;
  private final @Nullable Door edits;

  private InterceptListener(
      ListenerSettings listener,
      SessionLoop sessions,
      InterceptSettings settings,
      Refusals refusals,
      Openings openings,
      @Nullable Door edits) {
    this.listener = listener;
    this.sessions = sessions;
    this.settings = settings;
    this.refusals = refusals;
    this.edits = edits;
    upstreams =
        new Upstreams(
            sessions.loop(),
            sessions.memory(),
            sessions.dialer(),
            settings.nameServers(),
            settings.connect(),
            Leg.PLAIN);
    opener = openings.on(sessions, listener.names() == Looking.VERIFIED, this::lookedAt);
  }

  /**
   * Opens the listening socket. Nothing is accepted before {@link Acceptor#start}.
   *
   * @param ourListeners the addresses of all our listeners, for the loop guard
   * @param openings look at clients where rules or routes need it
   * @param edits the door of plain HTTP whose headers are edited; null to edit none
   * @throws KernelException why it cannot listen there
   */
  public static Acceptor open(
      ListenerSettings listener,
      SessionLoop sessions,
      List<InetSocketAddress> ourListeners,
      InterceptSettings settings,
      Openings openings,
      @Nullable Door edits)
      throws KernelException {
    LoopGuard guard = new LoopGuard(ourListeners, new LocalAddressProbe(sessions.memory()));
    Refusals refusals = new Refusals(listener.name(), guard, settings.access());
    InterceptListener intercepting =
        new InterceptListener(listener, sessions, settings, refusals, openings, edits);
    return Acceptor.open(
        listener,
        sessions,
        HeaderGate.before(intercepting::accepted, listener, sessions, settings.header()));
  }

  private void accepted(
      TcpSocket socket,
      InetSocketAddress peer,
      InetSocketAddress local,
      @Nullable PeerHeader header) {
    InetSocketAddress opened =
        listener.mode() == ListenerMode.TPROXY ? local : socket.originalDestination(peer);
    InetSocketAddress from = settings.originalClient().of(peer, local);
    if (header == null) {
      begin(
          new Accepted(listener, socket, peer, from, local, opened == null ? local : opened),
          opened);
    } else {
      Accepted.Opened ends = new Accepted.Opened(from, opened == null ? local : opened);
      InetSocketAddress meant = header.destination();
      begin(new Accepted(listener, socket, peer, header.source(), local, meant, ends), meant);
    }
  }

  private void begin(Accepted accepted, @Nullable InetSocketAddress meant) {
    InetAddress client = accepted.client().getAddress();
    switch (refusals.of(client, meant)) {
      case Refusals.Ruling.Refuse(EndReason why) -> sessions.refuse(accepted, why);
      case Refusals.Ruling.Look _ -> sessions.look(accepted, opener);
      case Refusals.Ruling.Connect _ -> {
        Routes routes = settings.routes().get();
        if (listener.names() != Looking.NEEDED || edits != null) {
          sessions.look(accepted, opener);
        } else if (routes.routes().isEmpty()) {
          sessions.connect(accepted);
        } else {
          connect(accepted, routes, refusals.request(client, accepted.originalDestination()));
        }
      }
    }
  }

  private void connect(Accepted accepted, Routes routes, AccessRequest request) {
    if (routes.needName(request)) {
      sessions.look(accepted, opener);
      return;
    }
    List<Parent> parents = parents(routes, request);
    if (parents.isEmpty()) {
      sessions.connect(accepted);
    } else {
      sessions.begin(accepted, session -> ThroughParents.begin(session, upstreams, parents));
    }
  }

  /** Through parents nothing is edited: what they get is a tunnel. */
  private void lookedAt(OpeningSession session, AccessRequest request) {
    List<Parent> parents = parents(settings.routes().get(), request);
    Door editing = edits;
    if (!parents.isEmpty()) {
      session.converse(door -> ThroughParents.begin(door, upstreams, parents));
    } else if (editing != null && isPlainHttp(session.heard())) {
      session.converse(editing);
    } else {
      session.connect();
    }
  }

  private static boolean isPlainHttp(@Nullable Heard heard) {
    return heard != null
        && heard.protocol() == Heard.Protocol.HTTP
        && !"CONNECT".equals(heard.method());
  }

  private static List<Parent> parents(Routes routes, AccessRequest request) {
    List<Parent> parents = routes.of(request, true);
    return parents == null ? List.of() : parents;
  }
}
