package io.finward.proxy.opening;

import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.time.Duration;
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
final class NameVerifier implements NameCheck {
  /** How long after an answer another one is not worth asking for, in nanoseconds. */
  static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Different names on their way to DNS; more are not verified. */
  private static final int MOST_ASKED = 1000;

  /** Makes something happen later, unless it is cancelled. */
  @FunctionalInterface
  interface Clock {
    Future<?> after(Duration limit, Runnable late);
  }

  /** Who waits for DNS, but not for ever. */
  private static final class Waiting {
    private final InetAddress address;
    private final Consumer<Boolean> told;
    private final Future<?> limit;
    private boolean answered;

    Waiting(InetAddress address, Consumer<Boolean> told, Clock clock, Duration longest) {
      this.address = address;
      this.told = told;
      this.limit = clock.after(longest, () -> answer(false));
    }

    void answer(boolean yes) {
      if (!answered) {
        answered = true;
        limit.cancel(false);
        told.accept(yes);
      }
    }
  }

  private final KnownAddresses known;
  private final Function<String, Future<List<InetAddress>>> dns;
  private final Duration longest;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Map<String, List<Waiting>> asked = new HashMap<>();

  /**
   * @param dns asked for all addresses of a name; answers on the loop
   * @param longest how long DNS may take
   * @param clock runs on the loop
   * @param nanos {@link System#nanoTime}, but in tests
   */
  NameVerifier(
      KnownAddresses known,
      Function<String, Future<List<InetAddress>>> dns,
      Duration longest,
      Clock clock,
      LongSupplier nanos) {
    this.known = known;
    this.dns = dns;
    this.longest = longest;
    this.clock = clock;
    this.nanos = nanos;
  }

  @Override
  public void verify(String name, InetAddress address, Consumer<Boolean> told) {
    long now = nanos.getAsLong();
    if (known.has(name, address, now)) {
      told.accept(true);
      return;
    }
    List<Waiting> others = asked.get(name);
    if (others != null) {
      others.add(new Waiting(address, told, clock, longest));
    } else if (known.askedWithin(name, PAUSE_NANOS, now) || asked.size() >= MOST_ASKED) {
      told.accept(false);
    } else {
      List<Waiting> waiting = new ArrayList<>();
      waiting.add(new Waiting(address, told, clock, longest));
      asked.put(name, waiting);
      dns.apply(name)
          .addListener((Future<List<InetAddress>> answer) ->
              answered(name, answer.isSuccess() ? answer.getNow() : List.of()));
    }
  }

  private void answered(String name, List<InetAddress> addresses) {
    long now = nanos.getAsLong();
    known.learn(name, addresses, now);
    List<Waiting> waiting = asked.remove(name);
    if (waiting != null) {
      for (Waiting one : waiting) {
        one.answer(known.has(name, one.address, now));
      }
    }
  }
}
