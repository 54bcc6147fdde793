package io.finward.bench;

import io.finward.appliance.lab.AddressFamily;
import io.finward.appliance.lab.GatewayProgram;
import io.finward.appliance.lab.Interception;
import io.finward.appliance.lab.Peer;
import io.finward.appliance.lab.Setup;
import io.finward.appliance.lab.SocketTable;
import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A peer, with its configuration from {@code bench/peers} and the usual rule of its users.
 *
 * @param kind which
 * @param door how the load comes to it; one that it has
 */
record PeerContestant(PeerKind kind, Door door) implements GatewayProgram {
  /** A module of its own in Debian, built in elsewhere. */
  private static final Path STREAM = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

  private static final int ROUTING_TABLE = 100;

  @Override
  public List<String> prepare(Setup setup, Path directory) throws IOException {
    AddressFamily family = setup.family();
    boolean tproxy = setup.variant().interception() == Interception.TPROXY;
    boolean haproxy = kind == PeerKind.HAPROXY;
    String any = haproxy && family == AddressFamily.IPV6 ? "::" : family.wildcard();
    String template = kind.template(door).orElseThrow();
    Path file = directory.resolve(template);
    Files.writeString(
        file,
        Template.fill(
            template,
            Map.of(
                "PORT",
                Integer.toString(setup.listenPort()),
                "LISTEN",
                any + ":" + setup.listenPort(),
                "SERVER",
                family.hostPort(family.server(), 80),
                "DIRECTORY",
                directory.toString(),
                "MODULES",
                Files.exists(STREAM) ? "load_module " + STREAM + ";" : "",
                "MODE",
                tproxy ? "tproxy" : "intercept",
                "TRANSPARENT",
                tproxy ? "transparent" : "",
                "SOURCE",
                tproxy ? "source " + any + ":0 usesrc clientip" : "")));
    return switch (kind) {
      case HAPROXY -> List.of("haproxy", "-db", "-f", file.toString());
      case NGINX ->
          List.of("nginx", "-e", "stderr", "-p", directory.toString(), "-c", file.toString());
      case SQUID -> Peer.as("proxy", directory, "squid", "-N", "-f", file.toString());
      case APACHE -> Peer.as("www-data", directory, "apache2", "-X", "-f", file.toString());
      case TINYPROXY -> Peer.as("tinyproxy", directory, "tinyproxy", "-d", "-c", file.toString());
    };
  }

  @Override
  public void intercept(Setup setup, NetworkNamespace gateway) throws IOException {
    if (door == Door.EXPLICIT) {
      return; // The client knows where the proxy is.
    }
    AddressFamily family = setup.family();
    boolean tproxy = setup.variant().interception() == Interception.TPROXY;
    String chain =
        tproxy
            ? """
            type filter hook prerouting priority mangle;
            meta l4proto tcp socket transparent 1 socket wildcard 0 meta mark set 1 accept
            %s daddr %s tcp dport 80 tproxy to :%d meta mark set 1 accept
            """
            : """
            type nat hook prerouting priority dstnat;
            %s daddr %s tcp dport 80 redirect to :%d
            """;
    String rules = chain.formatted(family.nft(), family.server(), setup.listenPort());
    gateway.run(
        "nft", "table %s bench {\nchain prerouting {\n%s}\n}\n".formatted(family.nft(), rules));
    if (tproxy) {
      String flag = family == AddressFamily.IPV4 ? "-4" : "-6";
      String table = Integer.toString(ROUTING_TABLE);
      gateway.run("ip", flag, "rule", "add", "fwmark", "1", "lookup", table);
      gateway.run("ip", flag, "route", "add", "local", "default", "dev", "lo", "table", table);
    }
  }

  @Override
  public boolean ready(Setup setup, NetworkNamespace gateway, String log) throws IOException {
    return new SocketTable(gateway)
        .localPorts(SocketTable.State.LISTEN)
        .contains(setup.listenPort());
  }
}
