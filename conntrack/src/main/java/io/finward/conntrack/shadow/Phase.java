package io.finward.conntrack.shadow;

/** What is left of a flow on this machine. */
public enum Phase {
  /** Its socket is open. */
  LIVE,
  /** Half-closed, and the socket was given up; the other end's FIN may still come. */
  PARKED,
  /** Both ends are done; packets may be sent again for as long as TIME_WAIT lasts. */
  ENDED
}
