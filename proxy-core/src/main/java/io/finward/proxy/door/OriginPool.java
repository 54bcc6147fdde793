package io.finward.proxy.door;

import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.TcpSocket;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections to origins on which nothing is under way, for whichever client asks next. One
 * that says anything, or ends, while it waits is closed: its words would answer somebody else's
 * question. Belongs to its loop.
 */
final class OriginPool {
  private final EventLoop loop;
  private final LoopMemory memory;
  private final OriginSettings limits;

  /** In the order in which they came. */
  private final Map<OriginKey, LinkedHashSet<Origin>> byKey = new HashMap<>();

  /** The longest waiting first. */
  private final LinkedHashSet<Origin> byAge = new LinkedHashSet<>();

  private boolean sweeping;

  /**
   * An empty one.
   *
   * @param limits this loop's share
   */
  OriginPool(EventLoop loop, LoopMemory memory, OriginSettings limits) {
    this.loop = loop;
    this.memory = memory;
    this.limits = limits;
  }

  /** Whether connections are kept for other clients at all. */
  boolean keeps() {
    return limits.inAll() > 0;
  }

  /**
   * Takes the one that is asked for if it waits here. It need not be the one that waited least, but
   * saves the question whether something has come on it.
   *
   * @param allowed whether it leads where the exchange may go
   */
  boolean take(Origin own, OriginKey key, Predicate<Origin> allowed) {
    if (!byAge.contains(own) || !own.isActive() || !own.key.equals(key) || !allowed.test(own)) {
      return false;
    }
    gone(own);
    return true;
  }

  /**
   * Takes the one that waited least, since its origin is the least likely to give it up now.
   *
   * @param allowed whether it leads where the exchange may go
   * @param trusted whether it need not be asked if something has come on it that the loop has not
   *     seen yet, which costs a system call
   * @return null when there is none
   */
  @Nullable Origin take(OriginKey key, Predicate<Origin> allowed, Predicate<Origin> trusted) {
    LinkedHashSet<Origin> waiting = byKey.get(key);
    if (waiting == null) {
      return null;
    }
    Origin taken = null;
    for (Iterator<Origin> latest = waiting.reversed().iterator();
        taken == null && latest.hasNext(); ) {
      Origin origin = latest.next();
      if (allowed.test(origin)) {
        latest.remove();
        byAge.remove(origin);
        if (origin.isActive() && (trusted.test(origin) || isSilent(origin))) {
          taken = origin;
        } else {
          origin.close();
        }
      }
    }
    if (waiting.isEmpty()) {
      byKey.remove(key);
    }
    return taken;
  }

  private boolean isSilent(Origin origin) {
    return TcpSocket.isSilent(memory, origin.channel.fd().intValue());
  }

  /** Lets one wait. */
  void put(Origin origin) {
    LinkedHashSet<Origin> same = byKey.get(origin.key);
    if (same != null && same.size() >= limits.perOrigin()) {
      drop(same.getFirst());
    } else if (byAge.size() >= limits.inAll()) {
      drop(byAge.getFirst());
    }
    origin.restingSince = System.nanoTime();
    origin.rest();
    byKey.computeIfAbsent(origin.key, _ -> new LinkedHashSet<>(4)).add(origin);
    byAge.add(origin);
    if (!sweeping) {
      sweepIn(limits.keepAlive().toNanos());
    }
  }

  /** It has ended. Does nothing when it did not wait here. */
  void gone(Origin origin) {
    if (byAge.remove(origin)) {
      LinkedHashSet<Origin> waiting = byKey.get(origin.key);
      if (waiting != null) {
        waiting.remove(origin);
        if (waiting.isEmpty()) {
          byKey.remove(origin.key);
        }
      }
    }
  }

  private void drop(Origin origin) {
    gone(origin);
    origin.close();
  }

  private void sweepIn(long nanos) {
    sweeping = true;
    var _ = loop.schedule(this::sweep, nanos, TimeUnit.NANOSECONDS);
  }

  private void sweep() {
    sweeping = false;
    long now = System.nanoTime();
    long longest = limits.keepAlive().toNanos();
    while (!byAge.isEmpty()) {
      Origin oldest = byAge.getFirst();
      long left = longest - (now - oldest.restingSince);
      if (left > 0) {
        sweepIn(left);
        return;
      }
      drop(oldest);
    }
  }
}
