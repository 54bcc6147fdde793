package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;

/** Another proxy, in the place and with the plain redirect rule that its users give it. */
abstract class Peer implements GatewayProgram {
  /** The name for {@code --peer}. */
  abstract String name();

  @Override
  public final void intercept(Setup setup, NetworkNamespace gateway) throws IOException {
    AddressFamily family = setup.family();
    gateway.run(
        "nft",
        """
        table %1$s lab {
          chain prerouting {
            type nat hook prerouting priority dstnat;
            %1$s daddr %2$s tcp dport 80 redirect to :%3$d
          }
        }
        """
            .formatted(family.nft(), family.server(), setup.listenPort()));
  }

  @Override
  public final boolean ready(Setup setup, NetworkNamespace gateway, String log) throws IOException {
    return new SocketTable(gateway)
        .localPorts(SocketTable.State.LISTEN)
        .contains(setup.listenPort());
  }
}
