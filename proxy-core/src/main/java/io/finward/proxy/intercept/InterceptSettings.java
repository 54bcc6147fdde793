package io.finward.proxy.intercept;

import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.upstream.Routes;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * What intercepting listeners keep to. All durations are positive.
 *
 * @param originalClient asked for every accepted connection
 * @param access asked for every accepted connection
 * @param routes which connections go through parents; asked for at every connection
 * @param nameServers asked for the names of parents; empty: those of /etc/resolv.conf
 * @param connect how long a parent may take to answer, and then its handshake
 * @param header how long a balancer's PROXY header may take
 */
public record InterceptSettings(
    OriginalClient originalClient,
    AccessPolicy access,
    Supplier<Routes> routes,
    List<InetSocketAddress> nameServers,
    Duration connect,
    Duration header) {
  public InterceptSettings {
    nameServers = List.copyOf(nameServers);
  }
}
