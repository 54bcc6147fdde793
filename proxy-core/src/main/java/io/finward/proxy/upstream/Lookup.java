package io.finward.proxy.upstream;

import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answers to the two questions for one name's addresses, told as they come (RFC 8305, section
 * 3): IPv6 at once; IPv4 alone after 50 ms, in which IPv6 may still come. Belongs to the loop.
 */
final class Lookup {
  /** RFC 8305, section 8: Resolution Delay. */
  private static final long RESOLUTION_DELAY_MILLIS = 50;

  /**
   * Some addresses of a name.
   *
   * @param addresses IPv6 first; empty when there is nothing to add
   * @param last whether no more will come
   */
  record Batch(List<InetAddress> addresses, boolean last) {}

  private final IoEventLoop loop;
  private final Consumer<Batch> told;
  private final List<InetAddress> held = new ArrayList<>();
  private @Nullable Future<?> delay;
  private boolean ipv6Known;
  private boolean ipv4Known;

  /**
   * @param told on the loop; the last time with {@link Batch#last}, possibly the only time
   */
  Lookup(IoEventLoop loop, Consumer<Batch> told) {
    this.loop = loop;
    this.told = told;
  }

  void await(Future<List<InetAddress>> ipv6, Future<List<InetAddress>> ipv4) {
    ipv6.addListener((Future<List<InetAddress>> answer) -> {
      ipv6Known = true;
      List<InetAddress> addresses = new ArrayList<>(of(answer));
      addresses.addAll(held);
      tell(addresses);
    });
    ipv4.addListener((Future<List<InetAddress>> answer) -> {
      ipv4Known = true;
      if (ipv6Known) {
        tell(of(answer));
      } else {
        held.addAll(of(answer));
        delay = loop.schedule(this::delayed, RESOLUTION_DELAY_MILLIS, TimeUnit.MILLISECONDS);
      }
    });
  }

  private void delayed() {
    if (!ipv6Known) {
      tell(List.copyOf(held));
    }
  }

  private void tell(List<InetAddress> addresses) {
    Future<?> waiting = delay;
    if (waiting != null) {
      waiting.cancel(false);
    }
    held.clear();
    told.accept(new Batch(addresses, ipv6Known && ipv4Known));
  }

  private static List<InetAddress> of(Future<List<InetAddress>> answer) {
    return answer.isSuccess() ? answer.getNow() : List.of();
  }
}
