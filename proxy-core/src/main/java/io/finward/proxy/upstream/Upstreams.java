package io.finward.proxy.upstream;

import io.finward.linux.socket.LoopMemory;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.header.PeerHeader;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reaches for destinations that clients name, on one loop. */
public final class Upstreams {
  private final Reach.Means means;
  private final ParentHealth health = new ParentHealth();

  /**
   * For one event loop.
   *
   * @param memory the loop's
   * @param nameServers asked for names; empty: those of /etc/resolv.conf
   * @param limit how long all addresses of a destination together may take
   * @param leg what the connections are like
   */
  public Upstreams(
      IoEventLoop loop,
      LoopMemory memory,
      Dialer dialer,
      List<InetSocketAddress> nameServers,
      Duration limit,
      Leg leg) {
    means = new Reach.Means(loop, memory, dialer, Names.cached(loop, nameServers), limit, leg);
  }

  /**
   * Reaches for a destination.
   *
   * @param policy asked about every address before it is dialled
   * @param told exactly once, on the loop, possibly within this call; not after a cancel
   */
  public Reaching reach(
      Destination to, Function<InetAddress, Verdict> policy, Consumer<Reached> told) {
    Reach reach = new Reach(means, policy, told);
    reach.begin(to.host(), to.port());
    return reach;
  }

  /**
   * Reaches for a destination through parents.
   *
   * @param parents tried in order, those that have failed lately last; at least one
   * @param ends what parents are told that want a PROXY header
   * @param told exactly once, on the loop, possibly within this call; not after a cancel
   */
  public Reaching through(
      List<Parent> parents, Destination to, PeerHeader ends, Consumer<Reached> told) {
    ParentReach reach = new ParentReach(means, health, to, ends, told);
    reach.begin(parents);
    return reach;
  }

  /** The addresses of a name, from the cache, {@code /etc/hosts} or DNS; told on the loop. */
  public Future<List<InetAddress>> resolve(String name) {
    return means.names().resolve(name);
  }
}
