package io.finward.proxy.intercept;

import java.net.InetSocketAddress;

/**
 * Knows the client's own address where the kernel's NAT changed its port: with several original
 * ports behind one redirect port, two connections of a client may collide on one tuple.
 */
@FunctionalInterface
public interface OriginalClient {
  /** For gateways that cannot know: the peer is the client. */
  OriginalClient PEER = (peer, _) -> peer;

  /**
   * The client as the client knows itself. Called on event loops: must not block.
   *
   * @param peer of the accepted socket
   * @param local of the accepted socket
   */
  InetSocketAddress of(InetSocketAddress peer, InetSocketAddress local);
}
