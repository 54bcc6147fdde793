package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lab's network: a client, a gateway that forwards, and a server, each in a namespace of its
 * own; on demand a bystander behind a third leg of the gateway. Both address families, and reno,
 * since the default's pacing would be measured with everything else.
 *
 * <pre>
 * client .2 -- 192.0.2.0/24 -- .1 gateway .1 -- 198.51.100.0/24 -- .2 server
 *                                     .1 -- 203.0.113.0/24 -- .2 bystander
 * </pre>
 */
public final class Topology implements AutoCloseable {
  private final List<NetworkNamespace> namespaces = new ArrayList<>();
  private final NetworkNamespace client;
  private final NetworkNamespace gateway;
  private final NetworkNamespace server;
  private @Nullable NetworkNamespace bystander;

  private Topology(NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server) {
    this.client = client;
    this.gateway = gateway;
    this.server = server;
    namespaces.addAll(List.of(client, gateway, server));
  }

  /** Makes the namespaces, their devices, addresses and routes. */
  public static Topology create() throws IOException {
    var made = new ArrayList<NetworkNamespace>();
    try {
      for (String name : List.of("client", "gateway", "server")) {
        NetworkNamespace namespace = NetworkNamespace.create(name);
        made.add(namespace);
        prepare(namespace);
      }
      Topology topology = new Topology(made.get(0), made.get(1), made.get(2));
      topology.wire();
      return topology;
    } catch (IOException | RuntimeException e) {
      made.forEach(NetworkNamespace::close);
      throw e;
    }
  }

  /** Where the load comes from. */
  public NetworkNamespace client() {
    return client;
  }

  /** Where the proxy stands. */
  public NetworkNamespace gateway() {
    return gateway;
  }

  /** Where the origin server stands. */
  public NetworkNamespace server() {
    return server;
  }

  /** The host that nobody intercepts, made when it is first asked for. */
  NetworkNamespace bystander() throws IOException {
    if (bystander == null) {
      NetworkNamespace made = NetworkNamespace.create("bystander");
      namespaces.add(made);
      bystander = made;
      prepare(made);
      NetworkNamespace.connect(gateway, "aside", made, "eth0");
      for (AddressFamily family : AddressFamily.values()) {
        address(gateway, "aside", family, family.gatewayAside());
        address(made, "eth0", family, family.bystander());
        route(made, family, family.gatewayAside());
      }
    }
    return bystander;
  }

  /** Sets a sysctl under {@code net} in a namespace. */
  public static void sysctl(NetworkNamespace namespace, String name, Object value)
      throws IOException {
    // The path is looked up by the namespace of the calling thread (net_ctl_root).
    Path path = Path.of("/proc/sys/net", name.split("\\.", -1));
    namespace.call(() -> Files.writeString(path, value.toString()));
  }

  @Override
  public void close() {
    namespaces.forEach(NetworkNamespace::close);
  }

  private static void prepare(NetworkNamespace namespace) throws IOException {
    sysctl(namespace, "ipv4.tcp_congestion_control", "reno");
    // Link-local addresses serve neighbour discovery at once.
    sysctl(namespace, "ipv6.conf.default.accept_dad", 0);
    sysctl(namespace, "ipv6.conf.default.dad_transmits", 0);
  }

  private void wire() throws IOException {
    NetworkNamespace.connect(client, "eth0", gateway, "inside");
    NetworkNamespace.connect(gateway, "outside", server, "eth0");
    sysctl(gateway, "ipv4.ip_forward", 1);
    sysctl(gateway, "ipv6.conf.all.forwarding", 1);
    for (AddressFamily family : AddressFamily.values()) {
      address(client, "eth0", family, family.client());
      address(gateway, "inside", family, family.gatewayInside());
      address(gateway, "outside", family, family.gatewayOutside());
      address(server, "eth0", family, family.server());
      route(client, family, family.gatewayInside());
      route(server, family, family.gatewayOutside());
    }
  }

  private static void address(
      NetworkNamespace namespace, String device, AddressFamily family, String address)
      throws IOException {
    var command = new ArrayList<>(List.of("ip", "addr", "add"));
    command.add(address + "/" + family.prefixLength());
    command.addAll(List.of("dev", device));
    if (family == AddressFamily.IPV6) {
      command.add("nodad");
    }
    namespace.run(command.toArray(String[]::new));
  }

  private static void route(NetworkNamespace namespace, AddressFamily family, String via)
      throws IOException {
    String flag = family == AddressFamily.IPV4 ? "-4" : "-6";
    namespace.run("ip", flag, "route", "add", "default", "via", via);
  }
}
