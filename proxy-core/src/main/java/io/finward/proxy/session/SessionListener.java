package io.finward.proxy.session;

/**
 * Told of everything that happens to sessions: conntrack, metrics, JMX, the access log and the
 * timeline hang here.
 *
 * <p>Called on the session's event loop, so it must not block; listeners of different sessions are
 * called from different loops at once. An exception is our bug: it is logged and the session goes
 * on.
 */
@FunctionalInterface
public interface SessionListener {
  /**
   * Something happened to a session.
   *
   * @param session to be read only within this call, on this thread
   * @param event what happened
   */
  void on(SessionView session, SessionEvent event);
}
