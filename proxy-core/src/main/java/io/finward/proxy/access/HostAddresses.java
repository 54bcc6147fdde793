package io.finward.proxy.access;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The addresses of a host that a rule names, gathered from the answers of a while: large sites give
 * another few of their many each time. Somebody asks DNS and tells them by {@link #learn}, on one
 * thread; {@link #has} is asked on every event loop at once.
 */
public final class HostAddresses {
  private static final int MOST = 64;

  private final String host;
  private final AtomicReference<Map<InetAddress, Long>> seen = new AtomicReference<>(Map.of());

  /**
   * Knows no address.
   *
   * @param host a host name
   */
  public HostAddresses(String host) {
    this.host = host;
  }

  /** The host's name. */
  public String host() {
    return host;
  }

  /** Whether an address is the host's, as far as is known. */
  public boolean has(InetAddress address) {
    return seen.get().containsKey(address);
  }

  /** Whether any address is known. */
  public boolean isKnown() {
    return !seen.get().isEmpty();
  }

  /**
   * An answer came.
   *
   * @param addresses the host's now; empty when it has none, or nobody answers
   * @param now by {@link System#nanoTime}
   * @param remember for how many nanoseconds an address stays the host's after an answer
   */
  public void learn(List<InetAddress> addresses, long now, long remember) {
    Map<InetAddress, Long> known = new HashMap<>(seen.get());
    known.values().removeIf(at -> now - at >= remember);
    for (InetAddress address : addresses) {
      known.put(address, now);
    }
    while (known.size() > MOST) {
      known.entrySet().stream()
          .max(Comparator.comparingLong(entry -> now - entry.getValue()))
          .ifPresent(oldest -> known.remove(oldest.getKey()));
    }
    seen.set(Map.copyOf(known));
  }
}
