package io.finward.bench;

import io.finward.appliance.lab.AddressFamily;
import io.finward.appliance.lab.GatewayProgram;
import io.finward.appliance.lab.Interception;
import io.finward.appliance.lab.Setup;
import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Finward as its users start it: by the launcher, with the launcher's Java and options.
 *
 * @param door how the load comes to it
 * @param guarded whether wall, lease and with them the shadow conntrack are on, as by default
 * @param tracked whether connections that nobody translates have conntrack entries, as by default
 */
record FinwardContestant(Door door, boolean guarded, boolean tracked) implements GatewayProgram {
  @Override
  public List<String> prepare(Setup setup, Path directory) throws IOException {
    Path configuration = directory.resolve("finward.conf");
    Files.writeString(configuration, configuration(setup, directory));
    String home = System.getProperty("finward.home");
    if (home != null) {
      return List.of(home + "/finward", "run", "-c", configuration.toString());
    }
    // Inside a build there is nothing to launch yet but the classes of this very program.
    return List.of(
        java().toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        "io.finward.appliance.Main",
        "run",
        "-c",
        configuration.toString());
  }

  @Override
  public void intercept(Setup setup, NetworkNamespace gateway) {
    // It makes its own rules.
  }

  @Override
  public boolean ready(Setup setup, NetworkNamespace gateway, String log) {
    return log.lines().anyMatch("finward ready"::equals);
  }

  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private String configuration(Setup setup, Path directory) {
    return switch (door) {
      case INTERCEPTING -> intercepting(setup, directory);
      case EXPLICIT -> explicit(setup, directory);
    };
  }

  /** Everything by default, but that the origin's tunnels go to port 80. */
  private static String explicit(Setup setup, Path directory) {
    return """
    finward {
      listeners = [ { name = bench, mode = explicit, bind = "%s:%d" } ]
      explicit { connect-ports = [80] }
      log { levels { default = warn } }
      admin { socket = "%s" }
    }
    """
        .formatted(setup.family().wildcard(), setup.listenPort(), directory.resolve("admin.sock"));
  }

  private String intercepting(Setup setup, Path directory) {
    AddressFamily family = setup.family();
    String source =
        setup.variant().interception() == Interception.TPROXY ? ", source = client" : "";
    return """
    finward {
      listeners = [ { name = bench, mode = %s%s, bind = "%s:%d" } ]
      intercept = [ { listener = bench, destinations = ["%s"], ports = ["80"] } ]
      rules { nat = true, wall = %b, lease = %b%s, on-stop = remove }
      # Those of the load are half-closed for a moment, too, and none of the others is to be parked for them.
      half-close { max-held = 8000 }
      # No peer here writes a line for each connection.
      log { levels { default = warn } }
      admin { socket = "%s" }
    }
    """
        .formatted(
            setup.variant().interception().label(),
            source,
            family.wildcard(),
            setup.listenPort(),
            family.server(),
            guarded,
            guarded,
            tracked ? "" : ", track-upstream = false, track-tproxy = false",
            directory.resolve("admin.sock"));
  }
}
