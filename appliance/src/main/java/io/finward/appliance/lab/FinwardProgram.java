package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import io.finward.nat.rule.Tracking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finward itself, {@code finward run}, by the Java and the class path of this program. */
final class FinwardProgram implements GatewayProgram {
  private final @Nullable Tracking tracking;

  /** As it is by default. */
  FinwardProgram() {
    this(null);
  }

  /**
   * @param tracking which connections get conntrack entries; null for what the default comes to
   */
  FinwardProgram(@Nullable Tracking tracking) {
    this.tracking = tracking;
  }

  @Override
  public List<String> prepare(Setup setup, Path directory) throws IOException {
    Path configuration = directory.resolve("finward.conf");
    Files.writeString(configuration, configuration(setup, directory, tracking));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx256m",
        "-cp",
        System.getProperty("java.class.path"),
        "io.finward.appliance.Main",
        "run",
        "-c",
        configuration.toString());
  }

  @Override
  public void intercept(Setup setup, NetworkNamespace gateway) throws IOException {
    switch (setup.variant().interception()) {
      case REDIRECT, TPROXY -> {}
      case OWN_RULE -> {
        String tool = setup.family() == AddressFamily.IPV4 ? "iptables" : "ip6tables";
        String words =
            "%s -w -t nat -A PREROUTING -p tcp -d %s -j REDIRECT --to-ports %d"
                .formatted(tool, setup.family().server(), setup.listenPort());
        gateway.run(words.split(" ", -1));
      }
    }
  }

  @Override
  public boolean ready(Setup setup, NetworkNamespace gateway, String log) {
    return log.lines().anyMatch("finward ready"::equals);
  }

  /** The configuration as an administrator would write it for this setup. */
  static String configuration(Setup setup, Path directory, @Nullable Tracking tracking) {
    AddressFamily family = setup.family();
    Interception interception = setup.variant().interception();
    String mode =
        switch (interception) {
          case REDIRECT, OWN_RULE -> "mode = redirect";
          case TPROXY -> "mode = tproxy, source = client";
        };
    String destination =
        interception == Interception.OWN_RULE ? family.server() : family.serverNetwork();
    String ports =
        setup.ports().stream().map(port -> "\"" + port + "\"").collect(Collectors.joining(", "));
    return """
    finward {
      listeners = [ { name = lab, %s, bind = "%s:%d" } ]
      intercept = [ { listener = lab, destinations = ["%s"]%s } ]
      rules { nat = %b, wall = true, lease = true, on-stop = keep%s }
      admin { socket = "%s" }
    }
    """
        .formatted(
            mode,
            family.wildcard(),
            setup.listenPort(),
            destination,
            ports.isEmpty() ? "" : ", ports = [" + ports + "]",
            interception != Interception.OWN_RULE,
            tracking == null
                ? ""
                : ", track-upstream = %b, track-tproxy = %b, destroy-events = %b"
                    .formatted(tracking.upstream(), tracking.transparent(), tracking.allEnds()),
            directory.resolve("admin.sock"));
  }
}
