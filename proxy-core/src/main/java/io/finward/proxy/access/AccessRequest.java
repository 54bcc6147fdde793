package io.finward.proxy.access;

import io.finward.proxy.http.Authority;
import io.netty.util.NetUtil;
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
 * @param name the host name asked for, or said in SNI or Host on an intercepted session, lower case
 *     without a final dot; null when there is none, or an address was named
 * @param naming what is known of {@code name} and of the host in {@code target}
 * @param address the address to be dialled; null before the name is resolved
 * @param port the port to be dialled, 1 to 65535
 * @param method the HTTP method, upper case; CONNECT for a SOCKS connection; null when not known
 * @param target the absolute request URI, or {@code host:port} of a CONNECT; null when not known
 * @param spoken what an intercepted client said first, in the word of {@code Heard.Protocol}; null
 *     for others, and before somebody looked
 * @param millis milliseconds since the epoch, for rules with a time of day
 */
public record AccessRequest(
    String listener,
    InetAddress client,
    @Nullable String user,
    Set<String> groups,
    @Nullable String name,
    Naming naming,
    @Nullable InetAddress address,
    int port,
    @Nullable String method,
    @Nullable String target,
    @Nullable String spoken,
    long millis) {
  private static final String SCHEME = "http://";

  public AccessRequest {
    groups = Set.copyOf(groups);
    if (name == null && address == null) {
      throw new IllegalArgumentException("neither name nor address (expected: one of them)");
    }
  }

  /** Of a client that named its destination to us. */
  public AccessRequest(
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
    this(
        listener,
        client,
        user,
        groups,
        name,
        Naming.KNOWN,
        address,
        port,
        method,
        target,
        null,
        millis);
  }

  /** The same without its method. */
  AccessRequest withoutMethod() {
    return new AccessRequest(
        listener, client, user, groups, name, naming, address, port, null, target, spoken, millis);
  }

  /** The same as if the client had named the bare address instead of a host. */
  AccessRequest nameless() {
    return new AccessRequest(
        listener,
        client,
        user,
        groups,
        null,
        naming,
        address,
        port,
        method,
        namelessTarget(),
        spoken,
        millis);
  }

  private @Nullable String namelessTarget() {
    String url = target;
    InetAddress host = address;
    if (url == null || host == null || !url.startsWith(SCHEME)) {
      return null;
    }
    int path = url.indexOf('/', SCHEME.length());
    return SCHEME
        + new Authority(NetUtil.toAddressString(host), port).hostHeader()
        + (path < 0 ? "" : url.substring(path));
  }
}
