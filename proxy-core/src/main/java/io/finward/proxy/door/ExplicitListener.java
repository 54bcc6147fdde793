package io.finward.proxy.door;

import io.finward.linux.libc.KernelException;
import io.finward.proxy.balancer.HeaderGate;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.relay.Accepted;
import io.finward.proxy.relay.Acceptor;
import io.finward.proxy.relay.Door;

/** One explicit listener on one event loop: its sessions begin with a {@link ClientTalk}. */
public final class ExplicitListener {
  private ExplicitListener() {}

  /**
   * Opens the listening socket. Nothing is accepted before {@link Acceptor#start}.
   *
   * @throws KernelException why it cannot listen there
   */
  public static Acceptor open(ListenerSettings listener, DoorLoop home) throws KernelException {
    Door door = session -> ClientTalk.begin(session, home);
    HeaderGate.Next begin =
        (client, peer, local, header) ->
            home.sessions()
                .begin(
                    new Accepted(
                        listener,
                        client,
                        peer,
                        header == null ? peer : header.source(),
                        local,
                        local),
                    door);
    return Acceptor.open(
        listener,
        home.sessions(),
        HeaderGate.before(begin, listener, home.sessions(), home.settings().head()));
  }
}
