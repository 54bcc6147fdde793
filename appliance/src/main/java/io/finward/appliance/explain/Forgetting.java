package io.finward.appliance.explain;

import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's table lost an entry, some time in an interval: the kernel does not say when, an
 * expired entry is only noticed when somebody looks for it.
 *
 * @param leg whose connection
 * @param earliestMicros when the entry was last known to be there, since the accept
 * @param latestMicros when it was first known to be gone, since the accept
 * @param reason {@code expired}, {@code early-dropped} or {@code flushed}; null when nobody told
 */
public record Forgetting(
    Side leg, long earliestMicros, long latestMicros, @Nullable String reason) {
  static List<Forgetting> of(Story story) {
    List<Forgetting> found = new ArrayList<>();
    Map<Side, Long> known = new EnumMap<>(Side.class);
    Map<Side, Long> finSent = new EnumMap<>(Side.class);
    Set<Side> gone = EnumSet.noneOf(Side.class);
    for (Told told : story.moments()) {
      switch (told.moment()) {
        case Moment.Seen(SessionEvent.FinSent(Side to)) -> finSent.put(to, told.micros());
        case Moment.Seen(SessionEvent.FinAcknowledged(Side from)) ->
            // When the ACK passed is not known, only that the FIN had passed before it.
            known.merge(from, finSent.getOrDefault(from, 0L), Math::max);
        case Moment.Seen(SessionEvent event) -> {
          Side leg = receivedFrom(event);
          if (leg != null && !gone.contains(leg)) {
            known.put(leg, told.micros());
          }
        }
        case Moment.Late late -> {
          if (gone.add(late.leg())) {
            found.add(of(known, late.leg(), told.micros(), late.reason()));
          }
        }
        case Moment.EntryMadeAgain(Side leg) -> {
          if (!gone.remove(leg)) {
            found.add(of(known, leg, told.micros(), null));
          }
          known.put(leg, told.micros());
        }
        case Moment.Leased(Side leg) -> known.put(leg, told.micros());
        case Moment.EntryNotMade _ -> {}
      }
    }
    return found;
  }

  private static Forgetting of(
      Map<Side, Long> known, Side leg, long latest, @Nullable String reason) {
    return new Forgetting(leg, Math.min(known.getOrDefault(leg, 0L), latest), latest, reason);
  }

  /** Whose packet the event was, which came through its entry; null when it was none. */
  private static @Nullable Side receivedFrom(SessionEvent event) {
    return switch (event) {
      case SessionEvent.Accepted _ -> Side.CLIENT;
      case SessionEvent.Connected _ -> Side.SERVER;
      case SessionEvent.FirstBytes(Side from) -> from;
      case SessionEvent.FinReceived(Side from) -> from;
      case SessionEvent.ResetReceived(Side from) -> from;
      // Told when the name is verified, later than the bytes came.
      case SessionEvent.FirstHeard _,
          SessionEvent.FinSent _,
          SessionEvent.FinAcknowledged _,
          SessionEvent.ResetSent _,
          SessionEvent.StateChanged _,
          SessionEvent.Reconnected _,
          SessionEvent.ExchangeBegan _,
          SessionEvent.ExchangeEnded _,
          SessionEvent.Ended _ ->
          null;
    };
  }
}
