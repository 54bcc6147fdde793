package io.finward.appliance.explain;

import static java.util.Objects.requireNonNull;

import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Events of one session with their times in an array, eight bytes each: the lower byte is the
 * event, the rest microseconds; after the last there may be room, which is 0. Most sessions need no
 * more than these, and there may be tens of thousands.
 */
final class PackedEvents {
  /** The most that are kept but for the end: what repeats cannot make a session's story large. */
  static final int MOST = 24;

  /** So many has a session that is held half-closed, until it ends. */
  private static final int USUAL = 7;

  /** Codes of events that have no side; those with one begin at {@link #SIDED}. */
  private static final int ACCEPTED = 1;

  private static final int CONNECTED = 2;
  private static final int SIDED = 3;
  private static final int SIDED_KINDS = 6;
  private static final int ENDED = SIDED + 2 * SIDED_KINDS;
  private static final int NOT_KEPT = -1;

  /** The event of each code, from {@link #ACCEPTED}: they hold nothing of their session. */
  private static final List<SessionEvent> EVENTS =
      Stream.concat(
              Stream.concat(
                  Stream.of(new SessionEvent.Accepted(), new SessionEvent.Connected()),
                  Stream.of(Side.CLIENT, Side.SERVER).flatMap(PackedEvents::ofSide)),
              Arrays.stream(EndReason.values()).map(SessionEvent.Ended::new))
          .toList();

  private static final Map<EndReason, Integer> ENDED_CODES = new EnumMap<>(EndReason.class);

  static {
    for (EndReason reason : EndReason.values()) {
      ENDED_CODES.put(reason, ENDED_CODES.size() + ENDED);
    }
  }

  private PackedEvents() {}

  /** In the order of {@link #code}. */
  private static Stream<SessionEvent> ofSide(Side side) {
    return Stream.of(
        new SessionEvent.FirstBytes(side),
        new SessionEvent.FinReceived(side),
        new SessionEvent.FinSent(side),
        new SessionEvent.FinAcknowledged(side),
        new SessionEvent.ResetReceived(side),
        new SessionEvent.ResetSent(side));
  }

  /** Not a map of events: this is asked a dozen times a session. */
  private static int code(SessionEvent event) {
    return switch (event) {
      case SessionEvent.Accepted _ -> ACCEPTED;
      case SessionEvent.Connected _ -> CONNECTED;
      case SessionEvent.FirstBytes(Side side) -> sided(side, 0);
      case SessionEvent.FinReceived(Side side) -> sided(side, 1);
      case SessionEvent.FinSent(Side side) -> sided(side, 2);
      case SessionEvent.FinAcknowledged(Side side) -> sided(side, 3);
      case SessionEvent.ResetReceived(Side side) -> sided(side, 4);
      case SessionEvent.ResetSent(Side side) -> sided(side, 5);
      case SessionEvent.Ended(EndReason reason) -> requireNonNull(ENDED_CODES.get(reason));
      case SessionEvent.FirstHeard _,
          SessionEvent.StateChanged _,
          SessionEvent.Reconnected _,
          SessionEvent.ExchangeBegan _,
          SessionEvent.ExchangeEnded _ ->
          NOT_KEPT;
    };
  }

  private static int sided(Side side, int kind) {
    return SIDED + (side == Side.CLIENT ? 0 : SIDED_KINDS) + kind;
  }

  /** Those of a session of which nothing is known yet. */
  static long[] none() {
    return new long[USUAL];
  }

  /**
   * Keeps an event; a change of state is told by the other events.
   *
   * @return the array, or the larger one that is in its place from now on
   */
  static long[] add(long[] packed, long micros, SessionEvent event) {
    int code = code(event);
    int size = size(packed);
    if (code == NOT_KEPT || (size >= MOST && !(event instanceof SessionEvent.Ended))) {
      return packed;
    }
    long[] roomy = size == packed.length ? Arrays.copyOf(packed, size + USUAL / 2) : packed;
    roomy[size] = Math.max(0, micros) << 8 | code;
    return roomy;
  }

  /** How many there are. */
  static int size(long[] packed) {
    int size = 0;
    while (size < packed.length && packed[size] != 0) {
      size++;
    }
    return size;
  }

  /** So many of them from {@code at} on, in the order they happened. */
  static List<Told> read(long[] words, int at, int count) {
    return Arrays.stream(words, at, at + count)
        .mapToObj(
            one -> new Told(one >>> 8, new Moment.Seen(EVENTS.get((int) (one & 0xff) - ACCEPTED))))
        .toList();
  }
}
