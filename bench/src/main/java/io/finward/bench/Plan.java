package io.finward.bench;

import java.time.Duration;

/**
 * How much is done.
 *
 * @param rounds measured rounds, each with every contestant in it
 * @param objectMegabytes the size of a large object in MiB
 * @param objects large objects a round
 * @param loadSeconds how long a load of small objects lasts
 * @param tunnels CONNECTs a round
 * @param warmConnections connections through each proxy before the first round
 * @param warmRequests kept-alive requests through each proxy before the first round
 * @param sessions idle or half-closed sessions whose memory is measured
 * @param mostSessions the most that are open beside the load of the figure scale
 * @param restarts how often memory and start are measured
 * @param conntrack whether every gateway has a rule of somebody else's that asks conntrack
 * @param limit no round begins that would end after it
 */
record Plan(
    int rounds,
    int objectMegabytes,
    int objects,
    int loadSeconds,
    int tunnels,
    int warmConnections,
    int warmRequests,
    int sessions,
    int mostSessions,
    int restarts,
    boolean conntrack,
    Duration limit) {

  /** What is believed: eight rounds. */
  static Plan full() {
    return new Plan(
        8, 512, 4, 3, 5_000, 300_000, 500_000, 2_500, 9_000, 5, false, Duration.ofMinutes(60));
  }

  /** What is looked at while working: ends within three minutes. */
  static Plan quick() {
    return new Plan(
        4, 512, 2, 1, 2_000, 100_000, 200_000, 2_500, 1_000, 1, false, Duration.ofSeconds(140));
  }

  /** What shows that the harness itself works. */
  static Plan miniature() {
    return new Plan(1, 1, 2, 1, 50, 50, 50, 20, 10, 1, false, Duration.ofMinutes(2));
  }

  /** The same with another number of rounds. */
  Plan withRounds(int other) {
    return with(other, conntrack);
  }

  /** The same where every gateway has a rule of somebody else's that asks conntrack. */
  Plan withConntrack() {
    return with(rounds, true);
  }

  private Plan with(int otherRounds, boolean otherConntrack) {
    return new Plan(
        otherRounds,
        objectMegabytes,
        objects,
        loadSeconds,
        tunnels,
        warmConnections,
        warmRequests,
        sessions,
        mostSessions,
        restarts,
        otherConntrack,
        limit);
  }
}
