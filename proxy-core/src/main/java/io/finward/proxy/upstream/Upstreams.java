package io.finward.proxy.upstream;

import io.finward.proxy.access.Verdict;
import io.netty.channel.IoEventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reaches for destinations that clients name, on one loop. */
public final class Upstreams {
  private final Reach.Means means;

  /**
   * For one event loop.
   *
   * @param nameServers asked for names; empty: those of /etc/resolv.conf
   * @param limit how long all addresses of a destination together may take
   */
  public Upstreams(
      IoEventLoop loop, Dialer dialer, List<InetSocketAddress> nameServers, Duration limit) {
    means = new Reach.Means(loop, dialer, new Names(loop, nameServers), limit);
  }

  /**
   * Reaches for a destination.
   *
   * @param host a name, or an IP address without brackets
   * @param policy asked about every address before it is dialled
   * @param told exactly once, on the loop, possibly within this call; not after a cancel
   * @return to give up
   */
  public Reach reach(
      String host, int port, Function<InetAddress, Verdict> policy, Consumer<Reached> told) {
    Reach reach = new Reach(means, policy, told);
    reach.begin(host, port);
    return reach;
  }
}
