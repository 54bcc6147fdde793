package io.finward.proxy.door;

import io.finward.linux.libc.KernelException;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.relay.Accepted;
import io.finward.proxy.relay.Acceptor;
import io.finward.proxy.relay.Door;
import io.finward.proxy.relay.SessionLoop;
import io.finward.proxy.upstream.Upstreams;

/** One explicit listener on one event loop: its sessions begin with a {@link ClientTalk}. */
public final class ExplicitListener {
  private ExplicitListener() {}

  /**
   * Opens the listening socket. Nothing is accepted before {@link Acceptor#start}.
   *
   * @throws KernelException why it cannot listen there
   */
  public static Acceptor open(
      ListenerSettings listener, SessionLoop sessions, ExplicitSettings settings)
      throws KernelException {
    Upstreams upstreams =
        new Upstreams(
            sessions.loop(),
            sessions.memory(),
            sessions.dialer(),
            settings.nameServers(),
            settings.connect());
    Door door = session -> ClientTalk.begin(session, settings, upstreams);
    return Acceptor.open(
        listener,
        sessions,
        (client, peer, local) ->
            sessions.begin(new Accepted(listener, client, peer, peer, local, local), door));
  }
}
