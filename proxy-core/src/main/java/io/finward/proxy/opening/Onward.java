package io.finward.proxy.opening;

import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.relay.OpeningSession;

/** Where a session goes that the rules let in. */
@FunctionalInterface
public interface Onward {
  /**
   * Ends the opening, by {@link OpeningSession#connect} or otherwise.
   *
   * @param known the request as the rules saw it last
   */
  void go(OpeningSession session, AccessRequest known);
}
