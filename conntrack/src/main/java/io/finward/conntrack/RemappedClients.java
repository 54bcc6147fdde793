package io.finward.conntrack;

import io.finward.conntrack.message.Tuple;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Clients whose port the kernel changed, because two of their connections had become one tuple
 * behind the redirect port. Learnt from the copy of the first packet, which the accept follows; the
 * only part of the shadow that several loops touch at once.
 */
final class RemappedClients {
  private static final int MOST = 65_536;
  private static final long KEPT = Duration.ofMinutes(1).toNanos();

  /** What was learnt of one client. */
  record Remapped(Tuple original, long learnt) {}

  /** By the tuple of the client's packets as the local socket sees them. */
  private final Map<Tuple, Remapped> clients = new ConcurrentHashMap<>();

  Remapped learn(Tuple original, Tuple reply, long now) {
    Remapped learnt = new Remapped(original, now);
    if (clients.size() < MOST) {
      clients.put(reply.inverse(), learnt);
    }
    return learnt;
  }

  /**
   * Forgets what was learnt after the accept had asked: the next client with this port would be
   * taken for the old one.
   */
  void forget(Tuple reply, Remapped learnt) {
    clients.remove(reply.inverse(), learnt);
  }

  /** The client's own address and port; null when they were not changed, as far as is known. */
  @Nullable InetSocketAddress originalOf(InetSocketAddress peer, InetSocketAddress local) {
    Remapped found = clients.remove(Tuple.tcp(peer, local));
    return found == null
        ? null
        : new InetSocketAddress(found.original().source(), found.original().sourcePort());
  }

  void forgetOld(long now) {
    clients.values().removeIf(one -> now - one.learnt() > KEPT);
  }
}
