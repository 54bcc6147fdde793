package io.finward.proxy.session;

/** The states of a session. Only its event loop moves it from one to the next. */
public sealed interface SessionState {
  /** Accepted; what the client says first is looked at, or the name in it verified. */
  record Opening() implements SessionState {}

  /** Accepted; the upstream connection is being made. */
  record Connecting() implements SessionState {}

  /** Bytes may flow in both directions. */
  record Open() implements SessionState {}

  /**
   * One side's FIN has been seen and the other's has not. The sockets are held so that the other
   * side's FIN, however late, is acknowledged as TCP wants.
   *
   * @param closedFirst whose FIN was seen
   */
  record HalfClosed(Side closedFirst) implements SessionState {}

  /**
   * Both FINs, or a RST, have been seen; bytes that were received before are still on their way
   * out.
   */
  record Draining() implements SessionState {}

  /** Both sockets are closed. */
  record Ended(EndReason reason) implements SessionState {}

  /** One lower-case word, as logs, JMX and JSON say it. */
  default String word() {
    return switch (this) {
      case Opening _ -> "opening";
      case Connecting _ -> "connecting";
      case Open _ -> "open";
      case HalfClosed _ -> "half-closed";
      case Draining _ -> "draining";
      case Ended _ -> "ended";
    };
  }
}
