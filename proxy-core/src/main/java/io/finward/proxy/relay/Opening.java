package io.finward.proxy.relay;

/**
 * What goes on between accept and dial: somebody looks at what the client says first, takes nothing
 * out of its socket, and ends that by exactly one of {@link OpeningSession#connect}, {@link
 * OpeningSession#converse}, {@link OpeningSession#refuse} and {@link OpeningSession#clientReset}.
 * Called on the loop.
 */
public interface Opening {
  /**
   * The client's socket has news, edge-triggered: what is peeked at and left there is not told
   * again before more comes. An error never gets here.
   *
   * @param events the bits of {@link io.finward.linux.epoll.EpollEvents}
   */
  void ready(int events);

  /** The session has ended while the opening went on: clocks are to be stopped. */
  void ended();
}
