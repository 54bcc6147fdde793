package io.finward.conntrack.shadow;

/**
 * What a shard holds.
 *
 * @param live flows with an open socket
 * @param parked flows whose socket was given up
 * @param ended flows of which both ends are done
 * @param bytes of memory for all of them
 */
public record ShardStats(int live, int parked, int ended, long bytes) {
  /** Nothing. */
  public static final ShardStats NONE = new ShardStats(0, 0, 0, 0);

  /** Both together. */
  public ShardStats plus(ShardStats other) {
    return new ShardStats(
        live + other.live, parked + other.parked, ended + other.ended, bytes + other.bytes);
  }
}
