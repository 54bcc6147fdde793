package io.finward.proxy.upstream;

import io.finward.proxy.access.HostAddresses;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the addresses of the hosts that rules name, on a loop of its own: asks {@code /etc/hosts}
 * and DNS again as their answers expire, so that no session waits for it.
 */
public final class HostWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("hosts");
  private static final long EVERY_SECONDS = 5;

  /** Nothing to look after. */
  private static final HostWatch IDLE = new HostWatch(null);

  private final @Nullable MultiThreadIoEventLoopGroup loops;

  private HostWatch(@Nullable MultiThreadIoEventLoopGroup loops) {
    this.loops = loops;
  }

  /**
   * Begins to look after some hosts. Waits for the first answers for a while, so that rules count
   * from the first session on.
   *
   * @param servers asked for names; empty: those of /etc/resolv.conf
   * @param remember for how long an address stays a host's after an answer
   * @param patience the longest wait for the first answers
   * @param threads makes the loop's thread
   */
  public static HostWatch start(
      List<HostAddresses> hosts,
      List<InetSocketAddress> servers,
      Duration remember,
      Duration patience,
      ThreadFactory threads) {
    if (hosts.isEmpty()) {
      return IDLE;
    }
    MultiThreadIoEventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(1, threads, EpollIoHandler.newFactory());
    IoEventLoop loop = loops.next();
    Round round = new Round(hosts, Names.cached(loop, servers), remember.toNanos());
    var _ = loop.scheduleWithFixedDelay(round, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    try {
      if (!round.first.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("DNS is slow: hosts that rules name count once it has answered");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return new HostWatch(loops);
  }

  /** Ends the loop; what is known stays. */
  @Override
  public void close() {
    if (loops != null) {
      var _ = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }

  /** One question for each host, over and over. Belongs to the loop. */
  private static final class Round implements Runnable {
    final CountDownLatch first;
    private final List<HostAddresses> hosts;
    private final Names names;
    private final long rememberNanos;
    private final Set<HostAddresses> answered = new HashSet<>();
    private final Set<HostAddresses> complained = new HashSet<>();

    Round(List<HostAddresses> hosts, Names names, long rememberNanos) {
      this.hosts = hosts;
      this.names = names;
      this.rememberNanos = rememberNanos;
      first = new CountDownLatch(hosts.size());
    }

    @Override
    public void run() {
      for (HostAddresses host : hosts) {
        names
            .resolve(host.host())
            .addListener((Future<List<InetAddress>> answer) -> told(host, answer));
      }
    }

    private void told(HostAddresses host, Future<List<InetAddress>> answer) {
      List<InetAddress> addresses = answer.isSuccess() ? answer.getNow() : List.of();
      host.learn(addresses, System.nanoTime(), rememberNanos);
      if (addresses.isEmpty() && complained.add(host)) {
        LOG.warn("{}, which a rule names, does not resolve", host.host());
      } else if (!addresses.isEmpty() && complained.remove(host)) {
        LOG.info("{}, which a rule names, resolves again", host.host());
      }
      if (answered.add(host)) {
        first.countDown();
      }
    }
  }
}
