package io.finward.proxy.access;

import java.net.InetAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a session or request when the rules are asked.
 *
 * @param listener the listener's name
 * @param client the client's address
 * @param user the authenticated user; null while nobody has authenticated
 * @param groups the groups of {@code user}; empty without one
 * @param name the host name asked for, lower case without a final dot, or verified from SNI or Host
 *     on an intercepted session; null when there is none, or an address was named
 * @param address the address to be dialled; null before the name is resolved
 * @param port the port to be dialled, 1 to 65535
 * @param method the HTTP method, upper case; CONNECT for a SOCKS connection; null when not known
 * @param target the absolute request URI, or {@code host:port} of a CONNECT; null when not known
 * @param millis milliseconds since the epoch, for rules with a time of day
 */
public record AccessRequest(
    String listener,
    InetAddress client,
    @Nullable String user,
    Set<String> groups,
    @Nullable String name,
    @Nullable InetAddress address,
    int port,
    @Nullable String method,
    @Nullable String target,
    long millis) {
  public AccessRequest {
    groups = Set.copyOf(groups);
    if (name == null && address == null) {
      throw new IllegalArgumentException("neither name nor address (expected: one of them)");
    }
  }
}
