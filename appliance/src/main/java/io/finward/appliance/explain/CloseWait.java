package io.finward.appliance.explain;

import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import org.jspecify.annotations.Nullable;

/**
 * The time that one side's socket spent in CLOSE_WAIT: from the FIN we sent it to its own FIN or
 * RST, be it a late one that only the wall saw, or to the session's end.
 *
 * @param side who sat there
 * @param fromMicros since the accept
 * @param toMicros since the accept; when it still sits there, the time of the telling
 * @param over whether its FIN or RST has come
 */
public record CloseWait(Side side, long fromMicros, long toMicros, boolean over) {
  static @Nullable CloseWait of(Story story) {
    Side closedFirst = story.closedFirst();
    if (closedFirst == null) {
      return null;
    }
    Side side = closedFirst.other();
    long from = -1;
    for (Told told : story.moments()) {
      if (from < 0) {
        if (isFinTo(side, told.moment())) {
          from = told.micros();
        } else if (isEndOf(side, told.moment())) {
          return null; // it had ended by itself before it knew
        }
      } else if (isEndOf(side, told.moment())) {
        return new CloseWait(side, from, told.micros(), true);
      } else if (told.moment() instanceof Moment.Seen(SessionEvent.Ended(EndReason reason))
          && reason != EndReason.PARKED) {
        return new CloseWait(side, from, told.micros(), false);
      }
    }
    return from < 0 ? null : new CloseWait(side, from, story.askedMicros(), false);
  }

  private static boolean isFinTo(Side side, Moment moment) {
    return moment instanceof Moment.Seen(SessionEvent.FinSent(Side to)) && to == side;
  }

  /** Whether the moment shows that the side has closed. */
  static boolean isEndOf(Side side, Moment moment) {
    return switch (moment) {
      case Moment.Seen(SessionEvent.FinReceived(Side from)) -> from == side;
      case Moment.Seen(SessionEvent.ResetReceived(Side from)) -> from == side;
      case Moment.Late late ->
          late.leg() == side
              && !late.fromProxy()
              && (late.packet().equals("fin") || late.packet().equals("rst"));
      case Moment.Seen _, Moment.EntryMadeAgain _, Moment.EntryNotMade _, Moment.Leased _ -> false;
    };
  }
}
