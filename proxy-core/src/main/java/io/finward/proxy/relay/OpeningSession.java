package io.finward.proxy.relay;

import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.SessionView;

/** A session as its {@link Opening} uses it. Belongs to the session's loop. */
public interface OpeningSession extends SessionView {
  /** The loop's sessions, its memory and its dialer. */
  SessionLoop home();

  /** The client's socket, to be peeked at. */
  TcpSocket socket();

  /** This is what the client said; the listener of sessions is told. Before the opening is over. */
  void heard(Heard what);

  /** The opening is over: the upstream connection begins. */
  void connect();

  /** The opening is over: a door takes over, which need not leave the client's bytes alone. */
  void converse(Door door);

  /** The opening is over: the client gets RST. */
  void refuse(EndReason why);

  /** The opening is over: peeking told that the client's connection is broken. */
  void clientReset();
}
