package io.finward.proxy.tunnel;

import io.finward.proxy.session.Side;

/** What a tunnel tells its session. Called on the loop. */
public interface TunnelEvents {
  /** The first bytes of a direction were received. */
  void firstBytes(Side from);

  /** A FIN was received, after all bytes of that side. */
  void finReceived(Side from);

  /** A FIN was sent, after all bytes to that side. */
  void finSent(Side to);

  /**
   * A side's connection broke; what it delivered before goes on to the other side, which then gets
   * a RST.
   *
   * @param errno ECONNRESET or EPIPE for a RST, otherwise what the kernel said
   */
  void broken(Side side, int errno);

  /** The last call: both sockets are closed. */
  void closed();
}
