package io.finward.proxy.upstream;

import io.netty.resolver.dns.DnsServerAddressStream;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerResponseFeedbackAddressStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Name servers in the order they were given, those that have not answered lately last: a dead first
 * one costs one question its time and not every one. Belongs to a loop.
 */
final class ServerOrder implements DnsServerAddressStreamProvider {
  private static final long PENALTY_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final DnsServerAddressStreamProvider given;

  /** When each that failed did so last. */
  private final Map<InetSocketAddress, Long> failedAt = new HashMap<>();

  ServerOrder(DnsServerAddressStreamProvider given) {
    this.given = given;
  }

  @Override
  public DnsServerAddressStream nameServerAddressStream(String hostname) {
    DnsServerAddressStream stream = given.nameServerAddressStream(hostname);
    var good = new ArrayList<InetSocketAddress>();
    var bad = new ArrayList<InetSocketAddress>();
    long now = System.nanoTime();
    for (int i = 0; i < stream.size(); i++) {
      InetSocketAddress server = stream.next();
      Long failed = failedAt.get(server);
      (failed == null || now - failed > PENALTY_NANOS ? good : bad).add(server);
    }
    good.addAll(bad);
    return new Stream(List.copyOf(good));
  }

  /** One question's servers, in turn. */
  private final class Stream implements DnsServerResponseFeedbackAddressStream {
    private final List<InetSocketAddress> servers;
    private int next;

    Stream(List<InetSocketAddress> servers) {
      this.servers = servers;
    }

    @Override
    public InetSocketAddress next() {
      InetSocketAddress server = servers.get(next);
      next = (next + 1) % servers.size();
      return server;
    }

    @Override
    public int size() {
      return servers.size();
    }

    @Override
    public DnsServerAddressStream duplicate() {
      Stream copy = new Stream(servers);
      copy.next = next;
      return copy;
    }

    @Override
    public void feedbackSuccess(InetSocketAddress server, long responseNanos) {
      failedAt.remove(server);
    }

    @Override
    public void feedbackFailure(InetSocketAddress server, Throwable cause, long responseNanos) {
      failedAt.put(server, System.nanoTime());
    }
  }
}
