package io.finward.proxy.listen;

import io.finward.proxy.access.Networks;
import io.finward.proxy.header.HeaderVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a listener has to do with the PROXY protocol.
 *
 * @param from the balancers: peers from these networks must send a header, and nobody else's is
 *     believed; empty for none
 * @param send the version of the header that servers get from its sessions; null for none
 */
public record ProxyProtocol(List<Networks.Network> from, @Nullable HeaderVersion send) {
  /** Nothing. */
  public static final ProxyProtocol NONE = new ProxyProtocol(List.of(), null);

  public ProxyProtocol {
    from = List.copyOf(from);
  }
}
