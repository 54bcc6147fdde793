package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.util.Set;

/**
 * Rules in the client's and the server's own namespaces that count what should not have arrived.
 * They see every packet before anything else does (raw, -300) and change none.
 *
 * <p><b>At the server</b>, with a proxy that dials from the gateway: whatever carries the client's
 * address. With a proxy that keeps the client's address the addresses tell nothing, but the hop
 * limit does: a packet that the gateway made arrives with 64, a packet it only forwarded with less.
 *
 * <p><b>At the client</b>: TCP from an address and port that the client never dialled, which is
 * what an untranslated answer of the proxy looks like (the bystander, who dials the client, apart);
 * and, where the proxy keeps the client's address, what the server sent past the proxy, again by
 * its hop limit. (Without that, the server's RST for a leaked packet would be counted as a second
 * leak.)
 */
final class LeakWatch {
  private final NetworkNamespace client;
  private final NetworkNamespace server;

  private LeakWatch(NetworkNamespace client, NetworkNamespace server) {
    this.client = client;
    this.server = server;
  }

  static LeakWatch install(Topology topology, Variant variant) throws IOException {
    load(topology.server(), serverRules(variant));
    load(topology.client(), clientRules(variant));
    return new LeakWatch(topology.client(), topology.server());
  }

  Leaks leaks() throws IOException {
    return new Leaks(
        NftListing.packets(server.run("nft", "list", "counter", "inet", "lab", "leaked")),
        NftListing.packets(client.run("nft", "list", "counter", "inet", "lab", "leaked")));
  }

  /** The client's ports of TCP packets that leaked to the server. */
  Set<Integer> leakedPorts() throws IOException {
    return NftListing.ports(server.run("nft", "list", "set", "inet", "lab", "leaked_ports"));
  }

  /** The client's ports that got an RST since they were last dialled from. */
  Set<Integer> resetPorts() throws IOException {
    return NftListing.ports(client.run("nft", "list", "set", "inet", "lab", "reset_ports"));
  }

  private static void load(NetworkNamespace namespace, String rules) throws IOException {
    namespace.run("nft", rules);
  }

  private static String serverRules(Variant variant) {
    AddressFamily family = variant.family();
    String leak = "%s saddr %s".formatted(family.nft(), family.client());
    if (variant.keepsClientAddress()) {
      leak += " %s < 64".formatted(family.nftHopLimit());
    }
    return """
    table inet lab {
      set leaked_ports { type inet_service; size 65535; flags dynamic; }
      counter leaked { }
      chain arriving {
        type filter hook prerouting priority raw;
        %1$s counter name leaked
        %1$s meta l4proto tcp add @leaked_ports { tcp sport }
      }
    }
    """
        .formatted(leak);
  }

  private static String clientRules(Variant variant) {
    AddressFamily family = variant.family();
    String pastTheProxy =
        variant.keepsClientAddress()
            ? "%s saddr %s %s < 64 counter name leaked"
                .formatted(family.nft(), family.server(), family.nftHopLimit())
            : "";
    return """
    table inet lab {
      set dialled { type ipv%1$s_addr . inet_service; size 65535; flags dynamic; }
      set reset_ports { type inet_service; size 65535; flags dynamic; }
      counter leaked { }
      chain leaving {
        type filter hook output priority raw;
        tcp flags & (syn | ack) == syn add @dialled { %2$s daddr . tcp dport }
        tcp flags & (syn | ack) == syn delete @reset_ports { tcp sport }
      }
      chain arriving {
        type filter hook prerouting priority raw;
        iif lo accept
        %2$s saddr != %4$s %2$s saddr . tcp sport != @dialled counter name leaked
        %3$s
        tcp flags & rst == rst add @reset_ports { tcp dport }
      }
    }
    """
        .formatted(
            family == AddressFamily.IPV4 ? "4" : "6",
            family.nft(),
            pastTheProxy,
            family.bystander());
  }
}
