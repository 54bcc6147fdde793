package io.finward.appliance.explain;

import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Events of one session with their times, eight bytes each: the lower byte is the event, the rest
 * microseconds. Most sessions need no more than these, and there may be tens of thousands.
 */
final class PackedEvents {
  /** The most that are kept but for the end: what repeats cannot make a session's story large. */
  static final int MOST = 24;

  private static final int USUAL = 12;

  /** The event of each code: they hold nothing of their session. */
  private static final List<SessionEvent> EVENTS =
      Stream.concat(
              Stream.concat(
                  Stream.of(new SessionEvent.Accepted(), new SessionEvent.Connected()),
                  Arrays.stream(Side.values()).flatMap(PackedEvents::ofSide)),
              Arrays.stream(EndReason.values()).map(SessionEvent.Ended::new))
          .toList();

  private static final Map<SessionEvent, Integer> CODES =
      IntStream.range(0, EVENTS.size())
          .boxed()
          .collect(Collectors.toUnmodifiableMap(EVENTS::get, code -> code));

  private long[] packed = new long[USUAL];
  private int size;

  private static Stream<SessionEvent> ofSide(Side side) {
    return Stream.of(
        new SessionEvent.FirstBytes(side),
        new SessionEvent.FinReceived(side),
        new SessionEvent.FinSent(side),
        new SessionEvent.FinAcknowledged(side),
        new SessionEvent.ResetReceived(side),
        new SessionEvent.ResetSent(side));
  }

  /** Keeps an event; a change of state is told by the other events. */
  void add(long micros, SessionEvent event) {
    Integer code = CODES.get(event);
    if (code == null || (size >= MOST && !(event instanceof SessionEvent.Ended))) {
      return;
    }
    if (size == packed.length) {
      packed = Arrays.copyOf(packed, 2 * size);
    }
    packed[size++] = Math.max(0, micros) << 8 | code;
  }

  /** No more are to come. */
  void trim() {
    packed = Arrays.copyOf(packed, size);
  }

  /** All of them, in the order they happened. */
  List<Told> list() {
    return Arrays.stream(packed, 0, size)
        .mapToObj(one -> new Told(one >>> 8, new Moment.Seen(EVENTS.get((int) (one & 0xff)))))
        .toList();
  }
}
