package io.finward.proxy.relay;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions of each client address, counted only when there is a limit. Thread-safe. */
final class ClientCounts {
  private final ConcurrentHashMap<InetAddress, Integer> sessions = new ConcurrentHashMap<>();
  private final int limit;

  /**
   * Nobody has a session yet.
   *
   * @param limit how many one address may have; {@link Integer#MAX_VALUE} for no limit
   */
  ClientCounts(int limit) {
    this.limit = limit;
  }

  /** Takes a place for the address if it has fewer than the limit. */
  boolean tryOpen(InetAddress client) {
    if (limit == Integer.MAX_VALUE) {
      return true;
    }
    return sessions.merge(client, 1, Integer::sum) <= limit || giveBack(client);
  }

  /** Gives a place back that {@link #tryOpen} took. */
  void ended(InetAddress client) {
    if (limit != Integer.MAX_VALUE) {
      giveBack(client);
    }
  }

  private boolean giveBack(InetAddress client) {
    sessions.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
    return false;
  }
}
