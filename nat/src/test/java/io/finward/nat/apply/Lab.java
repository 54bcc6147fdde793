package io.finward.nat.apply;

import io.finward.linux.netns.NetworkNamespace;
import io.finward.nat.rule.Cidr;
import io.finward.nat.rule.Family;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client, a gateway between two networks, and a server: three namespaces with IPv4 and IPv6. The
 * server counts by its own nft rules what comes from the client's addresses.
 */
record Lab(NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server) {
  static final String CLIENT_4 = "192.0.2.2";
  static final String CLIENT_6 = "2001:db8:1::2";
  static final String GATEWAY_4 = "192.0.2.1";
  static final String GATEWAY_6 = "2001:db8:1::1";
  static final String SERVER_4 = "198.51.100.2";
  static final String SERVER_6 = "2001:db8:2::2";
  private static final Pattern PACKETS = Pattern.compile("packets (\\d+)");

  static Lab connect(NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    NetworkNamespace.connect(client, "c0", gateway, "in");
    NetworkNamespace.connect(server, "s0", gateway, "out");
    address(client, "c0", CLIENT_4 + "/24", CLIENT_6 + "/64");
    address(gateway, "in", GATEWAY_4 + "/24", GATEWAY_6 + "/64");
    address(gateway, "out", "198.51.100.1/24", "2001:db8:2::1/64");
    address(server, "s0", SERVER_4 + "/24", SERVER_6 + "/64");
    route(client, GATEWAY_4, GATEWAY_6);
    route(server, "198.51.100.1", "2001:db8:2::1");
    gateway.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    server.run(
        "nft",
        "add table inet count; add chain inet count in { type filter hook prerouting priority -300;"
            + " }; add rule inet count in ip saddr 192.0.2.0/24 meta l4proto tcp counter;"
            + " add rule inet count in ip6 saddr 2001:db8:1::/64 meta l4proto tcp counter");
    return new Lab(client, gateway, server);
  }

  /** The packets with a client's address the server has seen. */
  long reachedServer() throws IOException {
    Matcher matcher = PACKETS.matcher(server.run("nft", "list", "table", "inet", "count"));
    long sum = 0;
    while (matcher.find()) {
      sum += Long.parseLong(matcher.group(1));
    }
    return sum;
  }

  /** A counter of the gateway's table. */
  long counter(String name) throws IOException {
    Matcher matcher =
        PACKETS.matcher(gateway.run("nft", "list", "counter", "inet", "finward", name));
    return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
  }

  static String server(Family family) {
    return family == Family.IPV4 ? SERVER_4 : SERVER_6;
  }

  static String gatewayAddress(Family family) {
    return family == Family.IPV4 ? GATEWAY_4 : GATEWAY_6;
  }

  static Cidr serverNetwork(Family family) {
    return Cidr.parse(family == Family.IPV4 ? "198.51.100.0/24" : "2001:db8:2::/64");
  }

  static ServerSocket listen(NetworkNamespace where, int port) throws IOException {
    return where.call(() -> {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("::"), port));
      socket.setSoTimeout(5000);
      return socket;
    });
  }

  static Socket dial(NetworkNamespace from, String address, int port) throws IOException {
    return from.call(() -> {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), 3000);
      } catch (IOException e) {
        socket.close();
        throw e;
      }
      socket.setSoTimeout(5000);
      return socket;
    });
  }

  private static void address(NetworkNamespace where, String device, String four, String six)
      throws IOException {
    where.run("ip", "addr", "add", four, "dev", device);
    where.run("ip", "addr", "add", six, "dev", device, "nodad");
  }

  private static void route(NetworkNamespace where, String four, String six) throws IOException {
    where.run("ip", "route", "add", "default", "via", four);
    where.run("ip", "-6", "route", "add", "default", "via", six);
  }
}
