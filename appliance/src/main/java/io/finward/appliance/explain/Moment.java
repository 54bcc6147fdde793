package io.finward.appliance.explain;

import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;

/** One thing that happened to a session. */
public sealed interface Moment {
  /** The proxy saw or did it. */
  record Seen(SessionEvent event) implements Moment {}

  /** What happened to the conntrack entry of one of the session's two connections. */
  sealed interface OfEntry extends Moment {
    /** Whose connection it is. */
    Side leg();
  }

  /**
   * A packet met the wall, because its conntrack entry was gone.
   *
   * @param fromProxy whether our own stack sent it, to the other end of the leg
   * @param packet {@code fin}, {@code rst}, {@code data} ...
   * @param reason {@code expired}, {@code early-dropped} or {@code flushed}
   * @param outcome {@code translated}, {@code reset} or {@code stopped}
   */
  record Late(Side leg, boolean fromProxy, String packet, String reason, String outcome)
      implements OfEntry {}

  /** Finward made the entry again. */
  record EntryMadeAgain(Side leg) implements OfEntry {}

  /**
   * Finward tried to make the entry again and could not.
   *
   * @param answer the kernel's
   */
  record EntryNotMade(Side leg, String answer) implements OfEntry {}

  /** Finward renewed the entry's timeout. */
  record Leased(Side leg) implements OfEntry {}
}
