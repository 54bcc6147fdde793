package io.finward.appliance.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Squid, {@code intercept}. */
final class SquidPeer extends Peer {
  @Override
  String name() {
    return "squid";
  }

  @Override
  public List<String> prepare(Setup setup, Path directory) throws IOException {
    Path configuration = directory.resolve("squid.conf");
    Files.writeString(
        configuration,
        """
        http_port 13128
        http_port %s:%d intercept
        http_access allow all
        cache deny all
        access_log none
        cache_log %s/cache.log
        cache_store_log none
        pid_filename none
        netdb_filename none
        pinger_enable off
        coredump_dir none
        max_filedescriptors 4096
        shutdown_lifetime 0 seconds
        """
            .formatted(setup.family().wildcard(), setup.listenPort(), directory));
    return as("proxy", directory, "squid", "-N", "-f", configuration.toString());
  }
}
