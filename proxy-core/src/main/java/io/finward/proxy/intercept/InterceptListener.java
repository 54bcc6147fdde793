package io.finward.proxy.intercept;

import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.LocalAddressProbe;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.Looking;
import io.finward.proxy.opening.Onward;
import io.finward.proxy.opening.Openings;
import io.finward.proxy.relay.Accepted;
import io.finward.proxy.relay.Acceptor;
import io.finward.proxy.relay.Door;
import io.finward.proxy.relay.Opener;
import io.finward.proxy.relay.SessionLoop;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Heard;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * @param edits the door of plain HTTP whose headers are edited; null to edit none
   * @throws KernelException why it cannot listen there
   */
  public static Acceptor open(
      ListenerSettings settings,
      SessionLoop sessions,
      List<InetSocketAddress> ourListeners,
      OriginalClient originalClient,
      AccessPolicy access,
      Openings openings,
      @Nullable Door edits)
      throws KernelException {
    LoopGuard guard = new LoopGuard(ourListeners, new LocalAddressProbe(sessions.memory()));
    Refusals refusals = new Refusals(settings.name(), guard, access);
    InterceptListener listener =
        new InterceptListener(
            settings,
            sessions,
            refusals,
            originalClient,
            openings.on(sessions, settings.names() == Looking.VERIFIED, onward(edits)));
    return Acceptor.open(settings, sessions, listener::accepted);
  }

  private static Onward onward(@Nullable Door edits) {
    return edits == null
        ? (session, _) -> session.connect()
        : (session, _) -> {
          Heard heard = session.heard();
          if (heard != null
              && heard.protocol() == Heard.Protocol.HTTP
              && !"CONNECT".equals(heard.method())) {
            session.converse(edits);
          } else {
            session.connect();
          }
        };
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
        if (settings.names() == Looking.NEEDED && settings.edits() == null) {
          sessions.connect(accepted);
        } else {
          sessions.look(accepted, opener);
        }
      }
    }
  }
}
