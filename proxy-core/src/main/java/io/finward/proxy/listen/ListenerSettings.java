package io.finward.proxy.listen;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One listener of the configuration.
 *
 * @param name unique; lower-case letters, digits and hyphens
 * @param mode how connections reach it
 * @param bind the address and port; {@code [::]} serves IPv6 and IPv4
 * @param source whose address the upstream connections come from
 * @param names when it looks at what intercepted clients say first
 * @param edits what it changes in intercepted HTTP; null for nothing, which leaves it a tunnel
 * @param proxyProtocol from whom a header of the PROXY protocol is believed, and whether one is
 *     sent
 */
public record ListenerSettings(
    String name,
    ListenerMode mode,
    InetSocketAddress bind,
    SourceAddress source,
    Looking names,
    @Nullable HeaderEdits edits,
    ProxyProtocol proxyProtocol) {
  public ListenerSettings {
    if (!name.matches("[a-z0-9][a-z0-9-]{0,31}")) {
      throw new IllegalArgumentException(
          "listener name \"%s\" (expected: 1 to 32 lower-case letters, digits and hyphens)"
              .formatted(name));
    }
    if (bind.isUnresolved()) {
      throw new IllegalArgumentException(
          "bind \"%s\" (expected: an IP address and a port)".formatted(bind.getHostString()));
    }
  }

  /** One that looks at its clients when a rule cannot be judged without; no PROXY protocol. */
  public ListenerSettings(
      String name, ListenerMode mode, InetSocketAddress bind, SourceAddress source) {
    this(name, mode, bind, source, Looking.NEEDED, null, ProxyProtocol.NONE);
  }
}
