package io.finward.appliance.lab;

import io.finward.proxy.session.Side;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What happens to one session, by chance: who sends, ends and resets, and when the kernel forgets.
 * The same seed tells the same history.
 *
 * @param seed what it is made from
 * @param steps in order; the last one ends the session
 */
record History(long seed, List<Step> steps) {
  /** One thing that happens. */
  sealed interface Step {}

  /** A side begins to send bytes; they may still be on their way at the next step. */
  record Send(Side from, int bytes) implements Step {}

  /** A side ends its direction, after what it has to send. */
  record End(Side from) implements Step {}

  /** Everything that was sent, ends included, has arrived. */
  record Settle() implements Step {}

  /**
   * A leg's conntrack entry vanishes.
   *
   * @param leg the client's or the upstream one
   * @param watched whether the next step waits for the entry that is made again, to compare it
   */
  record Forget(Side leg, boolean watched) implements Step {}

  /** A side resets, when everything before has arrived. Always the last step. */
  record Reset(Side from) implements Step {}

  private static final int SMALL = 3_000;
  private static final int LARGE = 400_000;

  History {
    steps = List.copyOf(steps);
  }

  static History of(long seed) {
    Random random = new Random(seed);
    List<Step> steps = new ArrayList<>();
    Set<Side> open = EnumSet.allOf(Side.class);
    for (int left = 3 + random.nextInt(8); left > 0 && open.size() > 0; left--) {
      int chance = random.nextInt(100);
      if (chance < 45) {
        steps.add(new Send(any(open, random), size(random)));
      } else if (chance < 80) {
        forget(steps, random);
      } else if (open.size() == 2) {
        Side side = any(open, random);
        steps.add(new End(side));
        open.remove(side);
      }
      if (random.nextInt(100) < 40) {
        steps.add(new Settle());
      }
    }
    finish(steps, open, random);
    return new History(seed, steps);
  }

  private static void forget(List<Step> steps, Random random) {
    boolean watched = random.nextBoolean();
    if (watched) {
      steps.add(new Settle());
    }
    steps.add(new Forget(random.nextInt(3) == 0 ? Side.SERVER : Side.CLIENT, watched));
  }

  private static void finish(List<Step> steps, Set<Side> open, Random random) {
    boolean forgets = random.nextInt(3) == 0;
    if (random.nextInt(5) == 0) {
      steps.add(new Settle());
      if (forgets) {
        steps.add(new Forget(Side.CLIENT, false));
      }
      steps.add(new Reset(random.nextBoolean() ? Side.CLIENT : Side.SERVER));
      return;
    }
    while (!open.isEmpty()) {
      Side side = any(open, random);
      if (forgets) {
        steps.add(new Forget(Side.CLIENT, false));
      }
      steps.add(new End(side));
      open.remove(side);
    }
    steps.add(new Settle());
  }

  private static Side any(Set<Side> sides, Random random) {
    return List.copyOf(sides).get(random.nextInt(sides.size()));
  }

  private static int size(Random random) {
    return 1 + random.nextInt(random.nextInt(8) == 0 ? LARGE : SMALL);
  }

  @Override
  public String toString() {
    return "history %d: %s"
        .formatted(
            seed,
            steps.stream()
                .map(step -> step.toString().replace("[]", ""))
                .collect(Collectors.joining(", ")));
  }
}
