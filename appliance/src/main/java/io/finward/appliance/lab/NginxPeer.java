package io.finward.appliance.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx, its stream module. */
final class NginxPeer extends Peer {
  /** A module of its own in Debian, built in elsewhere. */
  private static final Path STREAM = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

  @Override
  String name() {
    return "nginx";
  }

  @Override
  public List<String> prepare(Setup setup, Path directory) throws IOException {
    AddressFamily family = setup.family();
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(
        configuration,
        """
        %s
        daemon off;
        master_process off;
        pid %s/nginx.pid;
        events { worker_connections 4000; }
        stream {
          server {
            listen %s:%d;
            proxy_pass %s;
          }
        }
        """
            .formatted(
                Files.exists(STREAM) ? "load_module " + STREAM + ";" : "",
                directory,
                family.wildcard(),
                setup.listenPort(),
                family.hostPort(family.server(), 80)));
    return List.of(
        "nginx", "-e", "stderr", "-p", directory.toString(), "-c", configuration.toString());
  }
}
