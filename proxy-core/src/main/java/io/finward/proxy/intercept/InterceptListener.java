package io.finward.proxy.intercept;

import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.LocalAddressProbe;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.Looking;
import io.finward.proxy.opening.Openings;
import io.finward.proxy.relay.Accepted;
import io.finward.proxy.relay.Acceptor;
import io.finward.proxy.relay.Opener;
import io.finward.proxy.relay.SessionLoop;
import io.finward.proxy.session.EndReason;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One intercepting listener on one event loop: learns where accepted connections were meant to go,
 * and begins their sessions.
 */
public final class InterceptListener {
  private final ListenerSettings settings;
  private final SessionLoop sessions;
  private final Refusals refusals;
  private final OriginalClient originalClient;
  private final Opener opener;

  private InterceptListener(
      ListenerSettings settings,
      SessionLoop sessions,
      Refusals refusals,
      OriginalClient originalClient,
      Opener opener) {
    this.settings = settings;
    this.sessions = sessions;
    this.refusals = refusals;
    this.originalClient = originalClient;
    this.opener = opener;
  }

  /**
   * Opens the listening socket. Nothing is accepted before {@link Acceptor#start}.
   *
   * @param ourListeners the addresses of all our listeners, for the loop guard
   * @param originalClient asked for every accepted connection
   * @param access asked for every accepted connection
   * @param openings look at clients where the rules need it
   * @throws KernelException why it cannot listen there
   */
  public static Acceptor open(
      ListenerSettings settings,
      SessionLoop sessions,
      List<InetSocketAddress> ourListeners,
      OriginalClient originalClient,
      AccessPolicy access,
      Openings openings)
      throws KernelException {
    LoopGuard guard = new LoopGuard(ourListeners, new LocalAddressProbe(sessions.memory()));
    Refusals refusals = new Refusals(settings.name(), guard, access);
    InterceptListener listener =
        new InterceptListener(
            settings,
            sessions,
            refusals,
            originalClient,
            openings.on(
                sessions, settings.names() == Looking.VERIFIED, (session, _) -> session.connect()));
    return Acceptor.open(settings, sessions, listener::accepted);
  }

  private void accepted(TcpSocket client, InetSocketAddress peer, InetSocketAddress local) {
    InetSocketAddress meant =
        settings.mode() == ListenerMode.TPROXY ? local : client.originalDestination(peer);
    Accepted accepted =
        new Accepted(
            settings,
            client,
            peer,
            originalClient.of(peer, local),
            local,
            meant == null ? local : meant);
    switch (refusals.of(peer.getAddress(), meant)) {
      case Refusals.Ruling.Refuse(EndReason why) -> sessions.refuse(accepted, why);
      case Refusals.Ruling.Look _ -> sessions.look(accepted, opener);
      case Refusals.Ruling.Connect _ -> {
        if (settings.names() == Looking.NEEDED) {
          sessions.connect(accepted);
        } else {
          sessions.look(accepted, opener);
        }
      }
    }
  }
}
