package io.finward.appliance.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** HAProxy, {@code mode tcp}. */
final class HaproxyPeer extends Peer {
  @Override
  String name() {
    return "haproxy";
  }

  @Override
  public List<String> prepare(Setup setup, Path directory) throws IOException {
    AddressFamily family = setup.family();
    Path configuration = directory.resolve("haproxy.cfg");
    Files.writeString(
        configuration,
        """
        global
          maxconn 4000
        defaults
          mode tcp
          timeout connect 5s
          timeout client 10m
          timeout server 10m
        listen lab
          bind %s
          server origin %s
        """
            .formatted(
                family.hostPort(
                    family == AddressFamily.IPV4 ? "0.0.0.0" : "::", setup.listenPort()),
                family.hostPort(family.server(), 80)));
    return List.of("haproxy", "-db", "-f", configuration.toString());
  }
}
