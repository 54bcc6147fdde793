package io.finward.proxy.opening;

import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Tells whether a name belongs to an address: an answer of DNS has said so lately, or says so now.
 * A name is asked for once at a time, and not again within {@link #PAUSE_NANOS}. Belongs to one
 * loop; what is known is shared.
 */
final class NameVerifier {
  /** How long after an answer another one is not worth asking for, in nanoseconds. */
  static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Different names on their way to DNS; more are not verified. */
  private static final int MOST_ASKED = 1000;

  private record Waiting(InetAddress address, Consumer<Boolean> told) {}

  private final KnownAddresses known;
  private final Function<String, Future<List<InetAddress>>> dns;
  private final LongSupplier clock;
  private final Map<String, List<Waiting>> asked = new HashMap<>();

  /**
   * @param dns asked for all addresses of a name; answers on the loop
   * @param clock {@link System#nanoTime}, but in tests
   */
  NameVerifier(
      KnownAddresses known, Function<String, Future<List<InetAddress>>> dns, LongSupplier clock) {
    this.known = known;
    this.dns = dns;
    this.clock = clock;
  }

  /**
   * Asks about a name.
   *
   * @param told exactly once, on the loop, possibly within this call
   */
  void verify(String name, InetAddress address, Consumer<Boolean> told) {
    long now = clock.getAsLong();
    if (known.has(name, address, now)) {
      told.accept(true);
      return;
    }
    List<Waiting> others = asked.get(name);
    if (others != null) {
      others.add(new Waiting(address, told));
    } else if (known.askedWithin(name, PAUSE_NANOS, now) || asked.size() >= MOST_ASKED) {
      told.accept(false);
    } else {
      List<Waiting> waiting = new ArrayList<>();
      waiting.add(new Waiting(address, told));
      asked.put(name, waiting);
      dns.apply(name)
          .addListener((Future<List<InetAddress>> answer) ->
              answered(name, answer.isSuccess() ? answer.getNow() : List.of()));
    }
  }

  private void answered(String name, List<InetAddress> addresses) {
    long now = clock.getAsLong();
    known.learn(name, addresses, now);
    List<Waiting> waiting = asked.remove(name);
    if (waiting != null) {
      for (Waiting one : waiting) {
        one.told().accept(known.has(name, one.address(), now));
      }
    }
  }
}
