package io.finward.proxy.relay;

import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Side;

/** What a session without a tunnel is: a door's talk with its client. Called on the loop. */
public interface Conversation {
  /** Bytes received from a side so far, those that went on to a tunnel excluded. */
  long bytesFrom(Side side);

  /**
   * The idle clock has run out. The conversation may answer its client for a silent server and end
   * by itself; otherwise it is aborted.
   *
   * @return whether it has
   */
  default boolean idle() {
    return false;
  }

  /**
   * Ends the conversation at once: RST to the client, everything it owns is closed. The session
   * tells of the end itself.
   */
  void abort();

  /** The last call: the session has ended, as a conversation or as the tunnel it became. */
  void ended(EndReason reason);
}
