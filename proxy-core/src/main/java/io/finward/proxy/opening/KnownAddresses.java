package io.finward.proxy.opening;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses DNS has given for which names, gathered from many answers: large sites give
 * another few of their many addresses each time, and the client's answer was not ours. Shared by
 * all loops, so that each learns from the others; thread-safe. Bounded in names, addresses and age.
 */
final class KnownAddresses {
  /** Of one name; the oldest go first. */
  private static final int MOST_ADDRESSES = 64;

  /** Names and addresses of all names together, some 20 MB; what is asked for least goes first. */
  private static final int MOST_IN_ALL = 150_000;

  /**
   * What is known of one name; immutable.
   *
   * @param seen when each address was last given, by {@link System#nanoTime}
   * @param askedNanos when the last answer, or none, came
   */
  private record Known(Map<InetAddress, Long> seen, long askedNanos) {}

  private final Duration remember;

  /** Null until a name is asked for: most gateways have no rule that wants one. */
  private final AtomicReference<@Nullable Cache<String, Known>> made = new AtomicReference<>();

  /**
   * Knows nothing.
   *
   * @param remember for how long an address counts as a name's after an answer gave it
   */
  KnownAddresses(Duration remember) {
    this.remember = remember;
  }

  /** Whether an answer gave the address for the name, not too long ago. */
  boolean has(String name, InetAddress address, long now) {
    Known known = names().getIfPresent(name);
    Long seen = known == null ? null : known.seen().get(address);
    return seen != null && now - seen < remember.toNanos();
  }

  /** Whether the name was asked for, in vain or not, within the last nanoseconds. */
  boolean askedWithin(String name, long nanos, long now) {
    Known known = names().getIfPresent(name);
    return known != null && now - known.askedNanos() < nanos;
  }

  /** An answer came: {@code addresses} are the name's; empty when it has none or nobody answers. */
  void learn(String name, List<InetAddress> addresses, long now) {
    var _ = names().asMap().compute(name, (_, known) -> with(known, addresses, now));
  }

  private Cache<String, Known> names() {
    Cache<String, Known> names = made.get();
    if (names != null) {
      return names;
    }
    names =
        Caffeine.newBuilder()
            .expireAfterWrite(remember)
            .maximumWeight(MOST_IN_ALL)
            .weigher((String _, Known known) -> 1 + known.seen().size())
            .executor(Runnable::run)
            .build();
    Cache<String, Known> before = made.compareAndExchange(null, names);
    return before == null ? names : before;
  }

  private Known with(@Nullable Known known, List<InetAddress> addresses, long now) {
    Map<InetAddress, Long> seen = new HashMap<>(known == null ? Map.of() : known.seen());
    seen.values().removeIf(at -> now - at >= remember.toNanos());
    for (InetAddress address : addresses) {
      seen.put(address, now);
    }
    while (seen.size() > MOST_ADDRESSES) {
      seen.entrySet().stream()
          .max(Comparator.comparingLong(entry -> now - entry.getValue()))
          .ifPresent(oldest -> seen.remove(oldest.getKey()));
    }
    return new Known(Map.copyOf(seen), now);
  }
}
