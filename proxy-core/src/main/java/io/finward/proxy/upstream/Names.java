package io.finward.proxy.upstream;

import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks DNS and {@code /etc/hosts} on one loop. Never blocks. */
public final class Names {
  private static final int NEGATIVE_TTL_SECONDS = 5;
  private static final int MAX_TTL_SECONDS = 600;
  private static final long QUERY_MILLIS = 2500;

  private final IoEventLoop loop;
  private final List<InetSocketAddress> servers;
  private final boolean cached;
  private @Nullable DnsNameResolver resolver;

  private Names(IoEventLoop loop, List<InetSocketAddress> servers, boolean cached) {
    this.loop = loop;
    this.servers = servers;
    this.cached = cached;
  }

  /**
   * Remembers answers for their TTL.
   *
   * @param servers asked for names; empty: those of /etc/resolv.conf
   */
  static Names cached(IoEventLoop loop, List<InetSocketAddress> servers) {
    return new Names(loop, servers, true);
  }

  /** Asks anew every time, for who wants to see how answers change. */
  public static Names fresh(IoEventLoop loop, List<InetSocketAddress> servers) {
    return new Names(loop, servers, false);
  }

  /** All addresses of a name, of both families; told on the loop. */
  public Future<List<InetAddress>> resolve(String name) {
    DnsNameResolver ready = resolver;
    if (ready == null) {
      // Made on its loop: sockets are opened in the network namespace of the thread.
      ready = make();
      resolver = ready;
    }
    return ready.resolveAll(name);
  }

  private DnsNameResolver make() {
    DnsNameResolverBuilder builder =
        new DnsNameResolverBuilder(loop)
            .datagramChannelType(EpollDatagramChannel.class)
            .socketChannelType(EpollSocketChannel.class)
            .resolvedAddressTypes(ResolvedAddressTypes.IPV6_PREFERRED)
            .completeOncePreferredResolved(false)
            .queryTimeoutMillis(QUERY_MILLIS)
            .ttl(0, MAX_TTL_SECONDS)
            .negativeTtl(NEGATIVE_TTL_SECONDS);
    if (!cached) {
      builder.resolveCache(NoopDnsCache.INSTANCE);
    }
    if (!servers.isEmpty()) {
      builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(servers));
    }
    return builder.build();
  }
}
