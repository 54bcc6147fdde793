package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Programs that nobody wrote for the lab: curl fetches a file from nginx. */
final class Curl implements Scenario {
  private static final Duration START = Duration.ofSeconds(10);

  @Override
  public String label() {
    return "curl";
  }

  @Override
  public String summary() {
    return "curl fetches 512 MB from nginx through the proxy: the same SHA-256";
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);
  }

  @Override
  public boolean usual() {
    return false;
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    trial.startProxy();
    startNginx(trial);
    String url = "http://%s/file".formatted(trial.family().hostPort(trial.family().server(), 80));
    // -g: the brackets of an IPv6 address are no pattern.
    Process curl =
        trial.start(trial.topology().client(), "curl", "-g", "--fail", "--no-progress-meter", url);
    boolean whole = RandomStream.arrivesAt(curl.getInputStream());
    int code = curl.onExit().join().exitValue();
    Leaks leaks = trial.watch().leaks();
    String note = "512 MB %s, curl ended with %d".formatted(whole ? "whole" : "damaged", code);
    return new Outcome(1, 0, leaks, 0, leaks.none() && whole && code == 0, note);
  }

  private static void startNginx(Trial trial) throws IOException {
    Path directory = trial.directory();
    try (OutputStream file = Files.newOutputStream(directory.resolve("file"))) {
      RandomStream.send(file);
    }
    Path configuration = directory.resolve("origin.conf");
    Files.writeString(
        configuration,
        """
        user root;
        daemon off;
        master_process off;
        pid %1$s/origin.pid;
        events { worker_connections 100; }
        http {
          access_log off;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          server {
            listen %2$s:80;
            root %1$s;
          }
        }
        """
            .formatted(directory, trial.family().wildcard()));
    NetworkNamespace server = trial.topology().server();
    trial.start(server, "nginx", "-e", "stderr", "-c", configuration.toString());
    SocketTable sockets = new SocketTable(server);
    Waiting.require(
        START, "nginx listening", () -> sockets.localPorts(SocketTable.State.LISTEN).contains(80));
  }
}
