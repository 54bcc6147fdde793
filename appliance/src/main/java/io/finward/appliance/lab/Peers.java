package io.finward.appliance.lab;

import java.util.List;
import java.util.Optional;

/** The peers that {@code --peer} knows. */
final class Peers {
  private static final List<Peer> ALL =
      List.of(new HaproxyPeer(), new NginxPeer(), new SquidPeer(), new ApachePeer());

  private Peers() {}

  static List<Peer> all() {
    return ALL;
  }

  static Optional<Peer> named(String name) {
    return ALL.stream().filter(peer -> peer.name().equals(name)).findFirst();
  }
}
