package io.finward.appliance.wiring;

import io.finward.proxy.session.SessionListener;
import io.netty.util.concurrent.EventExecutor;

/** Told of everything that happens to sessions, and to their conntrack entries. */
public interface GatewayListener extends SessionListener {
  /**
   * Finward made a conntrack entry of a session again. On no loop in particular; must not block.
   *
   * @param loop the session's
   * @param session its id
   */
  void madeAgain(EventExecutor loop, long session);
}
