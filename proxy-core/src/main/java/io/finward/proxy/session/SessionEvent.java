package io.finward.proxy.session;

/**
 * What the proxy saw or did, in the order it happened. Told to every {@link SessionListener} on the
 * session's loop.
 */
public sealed interface SessionEvent {
  /** The connection was accepted and its original destination learnt. Always the first event. */
  record Accepted() implements SessionEvent {}

  /** What the client said first, for those who want to know before the upstream connection. */
  record FirstHeard(Heard heard) implements SessionEvent {}

  /** The upstream connection is established. */
  record Connected() implements SessionEvent {}

  /**
   * An intercepted session that is relayed request by request has another upstream connection; the
   * one before is closed.
   */
  record Reconnected() implements SessionEvent {}

  /** The first bytes of a direction were received from {@code from}. */
  record FirstBytes(Side from) implements SessionEvent {}

  /** A FIN was received from {@code from}, after all its bytes. */
  record FinReceived(Side from) implements SessionEvent {}

  /** A FIN was sent to {@code to}, after all bytes. */
  record FinSent(Side to) implements SessionEvent {}

  /** The stack saw {@code from} acknowledge our FIN. */
  record FinAcknowledged(Side from) implements SessionEvent {}

  /** A RST was received from {@code from}. */
  record ResetReceived(Side from) implements SessionEvent {}

  /** A RST was sent to {@code to}. */
  record ResetSent(Side to) implements SessionEvent {}

  /** The state changed. */
  record StateChanged(SessionState from, SessionState to) implements SessionEvent {}

  /** A request on an explicit door begins: its head has been read. */
  record ExchangeBegan(HttpExchange exchange) implements SessionEvent {}

  /** A request on an explicit door has ended, well or badly; a tunnel when it closed. */
  record ExchangeEnded(HttpExchange exchange) implements SessionEvent {}

  /** Both sockets are closed. Always the last event. */
  record Ended(EndReason reason) implements SessionEvent {}
}
