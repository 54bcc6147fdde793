package io.finward.proxy.upstream;

/**
 * What is to be reached.
 *
 * @param host a name, or an IP address without brackets
 * @param port 1 to 65535
 * @param asHttp whether what is sent there is an HTTP request in the clear, which an HTTP parent is
 *     given as it is, instead of being asked for a tunnel
 */
public record Destination(String host, int port, boolean asHttp) {
  /** {@code host:port}, an IPv6 address in brackets. */
  String text() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
