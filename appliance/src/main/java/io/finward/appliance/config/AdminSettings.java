package io.finward.appliance.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a running instance can be asked.
 *
 * @param socket the Unix domain socket of the commands; the instance's lock is beside it
 * @param http where the read-only HTTP API and /metrics are; null when off
 * @param jmx where remote JMX is, registry and server on one port; null when off
 */
public record AdminSettings(
    Path socket, @Nullable InetSocketAddress http, @Nullable InetSocketAddress jmx) {
  /** Where the socket is unless the file says otherwise. */
  public static final Path DEFAULT_SOCKET = Path.of("/run/finward/admin.sock");

  static final AdminSettings DEFAULT = new AdminSettings(DEFAULT_SOCKET, null, null);
}
