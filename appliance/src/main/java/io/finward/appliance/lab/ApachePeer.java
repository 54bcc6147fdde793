package io.finward.appliance.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Apache httpd, mod_proxy, as on the gateways that Finward takes over from. */
final class ApachePeer extends Peer {
  @Override
  String name() {
    return "apache";
  }

  @Override
  public List<String> prepare(Setup setup, Path directory) throws IOException {
    AddressFamily family = setup.family();
    Path configuration = directory.resolve("apache.conf");
    Files.writeString(
        configuration,
        """
        ServerRoot %1$s
        DefaultRuntimeDir %1$s
        PidFile %1$s/apache.pid
        ErrorLog %1$s/error.log
        ServerName gateway.invalid
        LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
        LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
        LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
        Listen %2$s:%3$d
        ThreadsPerChild 64
        ProxyPreserveHost On
        ProxyPass / http://%4$s/
        """
            .formatted(
                directory,
                family.wildcard(),
                setup.listenPort(),
                family.hostPort(family.server(), 80)));
    // One process (-X), so that nothing is left when it is ended.
    return as("www-data", directory, "apache2", "-X", "-f", configuration.toString());
  }
}
