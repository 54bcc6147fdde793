package io.finward.conntrack.shadow;

import io.finward.conntrack.message.Tuple;

/**
 * A flow as the shadow table remembers it: enough to make its conntrack entry again.
 *
 * @param leg which of a session's two connections it is
 * @param original the opener's packets; before NAT
 * @param reply the answers, as the local stack or the server sends them; after NAT
 * @param session the id of its session
 * @param listener the number of the listener that accepted the session, 0 to 65535
 * @param closedFirst whose FIN came first
 * @param closedSeconds when it came, on the table's clock
 */
public record ShadowFlow(
    Leg leg,
    Tuple original,
    Tuple reply,
    long session,
    int listener,
    ClosedFirst closedFirst,
    int closedSeconds) {

  /** The two connections of a session. */
  public enum Leg {
    /** From the client to the gateway. */
    CLIENT,
    /** From the gateway to the server. */
    UPSTREAM
  }

  /** Whose FIN came first. */
  public enum ClosedFirst {
    NONE,
    CLIENT,
    SERVER
  }

  public ShadowFlow {
    boolean inverse =
        original.source().equals(reply.destination())
            || original.destination().equals(reply.source());
    if (!inverse) {
      throw new IllegalArgumentException(
          "%s, answered by %s (expected: at most one of the two addresses translated)"
              .formatted(original, reply));
    }
    if (listener < 0 || listener > 0xffff) {
      throw new IllegalArgumentException("listener " + listener + " (expected: 0 to 65535)");
    }
  }
}
