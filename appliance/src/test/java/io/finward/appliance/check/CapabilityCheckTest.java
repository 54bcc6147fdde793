package io.finward.appliance.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.config.ConfigReader;
import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.config.InvalidConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapabilityCheckTest {
  private static final String HOW =
      " (expected: run as root, or with AmbientCapabilities as in etc/finward.service)";

  @TempDir private Path folder;
  private String file = "";
  private @Nullable FinwardConfig config;

  @BeforeEach
  void read() throws IOException, InvalidConfigException {
    Path path =
        Files.writeString(
            folder.resolve("finward.conf"),
            """
            finward.listeners = [
              { name = web, mode = redirect, bind = "0.0.0.0:80" }
              { name = all, mode = tproxy, bind = "0.0.0.0:8081" }
            ]
            """);
    file = path.toString();
    config = ConfigReader.read(path);
  }

  @Test
  void namesEveryMissingCapabilityWithItsPurpose() {
    assertThat(missing(Set.of()))
        .containsExactly(
            file + ": CAP_NET_ADMIN is missing, for rules and conntrack" + HOW,
            file
                + ":2: CAP_NET_BIND_SERVICE is missing, for port 80, below"
                + " net.ipv4.ip_unprivileged_port_start = 1024"
                + HOW,
            file + ":3: CAP_NET_RAW is missing, for IP_TRANSPARENT of listener all" + HOW);
  }

  @Test
  void netAdminServesTransparentSocketsToo() {
    assertThat(missing(EnumSet.of(Capability.CAP_NET_ADMIN, Capability.CAP_NET_BIND_SERVICE)))
        .isEmpty();
  }

  private List<String> missing(Set<Capability> effective) {
    return new CapabilityCheck(Objects.requireNonNull(config), effective, 1024)
        .run().stream().map(Remark::text).toList();
  }
}
