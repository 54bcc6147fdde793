package io.finward.appliance.explain;

import java.util.ArrayList;
import java.util.List;

/**
 * What happened to the conntrack entries of one session. Few sessions have any of it, so this is no
 * packed array.
 */
final class EntryMoments {
  /** The most that are kept of one session. */
  static final int MOST = 32;

  /** The entry is made again before its late packet is told of: so long may lie between. */
  private static final long CAUSE_MICROS = 1_000_000;

  private final List<Told> told = new ArrayList<>(4);

  void add(long micros, Moment.OfEntry moment) {
    int last = told.size() - 1;
    Told before = last < 0 ? null : told.get(last);
    if (before != null
        && before.moment() instanceof Moment.Leased
        && before.moment().equals(moment)) {
      told.set(last, new Told(micros, moment)); // renewed again and again: the last one counts
    } else if (told.size() >= MOST) {
      return;
    } else if (before != null && isAnswer(before, micros, moment)) {
      told.add(last, new Told(before.micros(), moment));
    } else {
      told.add(new Told(micros, moment));
    }
  }

  List<Told> list() {
    return List.copyOf(told);
  }

  /** Whether the moment before was Finward's answer to this late packet. */
  private static boolean isAnswer(Told before, long micros, Moment.OfEntry moment) {
    return moment instanceof Moment.Late
        && micros - before.micros() < CAUSE_MICROS
        && before.moment() instanceof Moment.OfEntry answer
        && answer.leg() == moment.leg()
        && (answer instanceof Moment.EntryMadeAgain || answer instanceof Moment.EntryNotMade);
  }
}
