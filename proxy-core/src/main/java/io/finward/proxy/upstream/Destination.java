package io.finward.proxy.upstream;

import org.jspecify.annotations.Nullable;

/**
 * What is to be reached.
 *
 * @param host a name, or an IP address without brackets
 * @param port 1 to 65535
 * @param asHttp whether what is sent there is an HTTP request in the clear, which an HTTP parent is
 *     given as it is, instead of being asked for a tunnel
 * @param chained whether an HTTP parent that we have no login for is told the client's, and what it
 *     asks of us is asked of the client
 * @param authorization the client's Proxy-Authorization when {@code chained}; null without it
 */
public record Destination(
    String host, int port, boolean asHttp, boolean chained, @Nullable String authorization) {
  /** {@code host:port}, an IPv6 address in brackets. */
  String text() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
