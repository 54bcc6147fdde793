package io.finward.proxy.relay;

/** Looks at clients before their upstream connections begin. One for each listener and loop. */
@FunctionalInterface
public interface Opener {
  /**
   * Begins to look. The client's socket is on the loop, and the session owns it; {@link
   * Opening#ready} is told of its events after this call.
   */
  Opening begin(OpeningSession session);
}
