package io.finward.nat.rule;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A listener that gets connections meant for somebody else.
 *
 * @param name as in the configuration; letters, digits, {@code -} and {@code _}
 * @param mode how the kernel hands connections over
 * @param bind where it listens; the IPv6 wildcard serves IPv4 too
 * @param source the address it dials the server from
 */
public record InterceptingListener(
    String name, InterceptionMode mode, InetSocketAddress bind, UpstreamSource source) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

  public InterceptingListener {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          name + " (expected: a listener name of 1 to 64 letters, digits, '-' or '_')");
    }
    if (bind.isUnresolved() || bind.getPort() == 0) {
      throw new IllegalArgumentException(
          bind + " (expected: an address and a port from 1 to 65535)");
    }
  }

  /** The port it listens on. */
  public int port() {
    return bind.getPort();
  }

  /** The address it is bound to. */
  public InetAddress address() {
    return bind.getAddress();
  }

  /** Whether it listens on every address of the gateway. */
  public boolean wildcard() {
    return address().isAnyLocalAddress();
  }

  /** Whether packets that are addressed to others are for its sockets, by the mark of TPROXY. */
  public boolean diverts() {
    return mode == InterceptionMode.TPROXY || source == UpstreamSource.CLIENT;
  }

  /** The families of the connections it can accept. */
  public Set<Family> families() {
    Family family = Family.of(address());
    return family == Family.IPV6 && wildcard() ? EnumSet.allOf(Family.class) : EnumSet.of(family);
  }
}
