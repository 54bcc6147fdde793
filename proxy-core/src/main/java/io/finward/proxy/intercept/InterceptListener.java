package io.finward.proxy.intercept;

import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.LocalAddressProbe;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.relay.Accepted;
import io.finward.proxy.relay.Acceptor;
import io.finward.proxy.relay.SessionLoop;
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

  private InterceptListener(
      ListenerSettings settings,
      SessionLoop sessions,
      Refusals refusals,
      OriginalClient originalClient) {
    this.settings = settings;
    this.sessions = sessions;
    this.refusals = refusals;
    this.originalClient = originalClient;
  }

  /**
   * Opens the listening socket. Nothing is accepted before {@link Acceptor#start}.
   *
   * @param ourListeners the addresses of all our listeners, for the loop guard
   * @param originalClient asked for every accepted connection
   * @param access asked for every accepted connection
   * @throws KernelException why it cannot listen there
   */
  public static Acceptor open(
      ListenerSettings settings,
      SessionLoop sessions,
      List<InetSocketAddress> ourListeners,
      OriginalClient originalClient,
      AccessPolicy access)
      throws KernelException {
    LoopGuard guard = new LoopGuard(ourListeners, new LocalAddressProbe(sessions.memory()));
    Refusals refusals = new Refusals(settings.name(), guard, access);
    InterceptListener listener =
        new InterceptListener(settings, sessions, refusals, originalClient);
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
    sessions.begin(accepted, refusals.of(peer.getAddress(), meant));
  }
}
