package io.finward.proxy.upstream;

import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.resolver.HostsFileEntriesResolver;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks {@code /etc/hosts} and DNS on one loop. Never blocks. Each family is a question of its own,
 * so that a name server that answers one of them only holds up nobody.
 */
public final class Names {
  private static final int NEGATIVE_TTL_SECONDS = 5;
  private static final int MAX_TTL_SECONDS = 600;
  private static final long QUERY_MILLIS = 2500;

  /** A name of the file has no other addresses than those it has there: never asked. */
  private static final HostsFileEntriesResolver NO_HOSTS = (_, _) -> null;

  private final IoEventLoop loop;
  private final List<InetSocketAddress> servers;
  private final Hosts hosts;
  private final boolean cached;
  private @Nullable Resolvers resolvers;

  private record Resolvers(DnsNameResolver ipv6, DnsNameResolver ipv4) {}

  private Names(IoEventLoop loop, List<InetSocketAddress> servers, Hosts hosts, boolean cached) {
    this.loop = loop;
    this.servers = servers;
    this.hosts = hosts;
    this.cached = cached;
  }

  /**
   * Remembers answers for their TTL.
   *
   * @param servers asked for names; empty: those of /etc/resolv.conf
   */
  static Names cached(IoEventLoop loop, List<InetSocketAddress> servers) {
    return cached(loop, servers, Hosts.SYSTEM);
  }

  /** The same with another file of names. */
  static Names cached(IoEventLoop loop, List<InetSocketAddress> servers, Hosts hosts) {
    return new Names(loop, servers, hosts, true);
  }

  /** Asks anew every time, for who wants to see how answers change. */
  public static Names fresh(IoEventLoop loop, List<InetSocketAddress> servers) {
    return new Names(loop, servers, Hosts.SYSTEM, false);
  }

  /**
   * All addresses of a name, IPv6 first, when the answers for both families are in; told on the
   * loop.
   */
  public Future<List<InetAddress>> resolve(String name) {
    Promise<List<InetAddress>> all = loop.newPromise();
    var sofar = new ArrayList<InetAddress>();
    lookUp(
        name,
        batch -> {
          sofar.addAll(batch.addresses());
          if (batch.last() && sofar.isEmpty()) {
            all.tryFailure(new UnknownHostException(name));
          } else if (batch.last()) {
            sofar.sort((one, other) -> other.getAddress().length - one.getAddress().length);
            all.trySuccess(List.copyOf(sofar));
          }
        });
    return all;
  }

  /**
   * Tells a name's addresses as answers come.
   *
   * @param told on the loop, at most three times, possibly within this call
   */
  void lookUp(String name, Consumer<Lookup.Batch> told) {
    List<InetAddress> local = hosts.addresses(name);
    if (!local.isEmpty()) {
      told.accept(new Lookup.Batch(local, true));
      return;
    }
    Resolvers ready = resolvers;
    if (ready == null) {
      // Made on its loop: sockets are opened in the network namespace of the thread.
      DnsServerAddressStreamProvider order = new ServerOrder(given());
      ready =
          new Resolvers(
              make(ResolvedAddressTypes.IPV6_ONLY, order),
              make(ResolvedAddressTypes.IPV4_ONLY, order));
      resolvers = ready;
    }
    // Netty's cache minds the case.
    String lower = name.toLowerCase(Locale.ROOT);
    new Lookup(loop, told).await(ready.ipv6().resolveAll(lower), ready.ipv4().resolveAll(lower));
  }

  private DnsServerAddressStreamProvider given() {
    return servers.isEmpty()
        ? DnsServerAddressStreamProviders.unixDefault()
        : new SequentialDnsServerAddressStreamProvider(servers);
  }

  private DnsNameResolver make(ResolvedAddressTypes family, DnsServerAddressStreamProvider order) {
    DnsNameResolverBuilder builder =
        new DnsNameResolverBuilder(loop)
            .datagramChannelType(EpollDatagramChannel.class)
            .socketChannelType(EpollSocketChannel.class)
            .resolvedAddressTypes(family)
            .hostsFileEntriesResolver(NO_HOSTS)
            .nameServerProvider(order)
            .queryTimeoutMillis(QUERY_MILLIS)
            .ttl(0, MAX_TTL_SECONDS)
            .negativeTtl(NEGATIVE_TTL_SECONDS);
    if (!cached) {
      builder.resolveCache(NoopDnsCache.INSTANCE);
    }
    return builder.build();
  }
}
