package io.finward.appliance.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.finward.appliance.FakeGateway;
import io.finward.appliance.admin.AdminClient;
import io.finward.appliance.config.ConfigReader;
import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.config.InvalidConfigException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ApplianceTest {
  @TempDir private Path folder;
  private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
  private Path socket = Path.of("/");

  @BeforeEach
  void place() {
    socket = folder.resolve("run").resolve("admin.sock");
  }

  @Test
  void isSeenByItsSocketAndByJmxUntilItIsClosed()
      throws IOException, JMException, InvalidConfigException {
    FakeGateway gateway = new FakeGateway();
    try (Appliance _ = Appliance.start(config(), (_, _) -> gateway)) {
      assertThat(new AdminClient(socket).ask("GET", "/sessions/7").status()).isEqualTo(200);
      assertThat(new AdminClient(socket).ask("GET", "/metrics").body())
          .contains(
              "finward_sessions_open 2\n",
              "finward_sessions_half_closed 1\n",
              "finward_parked_flows 1\n",
              "finward_rescues_total 3\n",
              "finward_late_packets_total{kind=\"fin\",side=\"client\",reason=\"expired\","
                  + "outcome=\"translated\"} 4\n",
              "finward_wall_drops_total{hook=\"output\"} 5\n",
              "finward_leaks_total 0\n");
      ObjectName metric = new ObjectName("io.finward.metrics:name=sessions.open,type=gauges");
      await().until(() -> beans.isRegistered(metric)); // the last
      assertThat(beans.getAttribute(new ObjectName("io.finward:type=Sessions"), "Open"))
          .isEqualTo(2);
      assertThat(beans.getAttribute(metric, "Value")).isEqualTo(2L);
    }
    assertThat(gateway.closed).isTrue();
    assertThat(socket).doesNotExist();
    assertThat(beans.queryNames(new ObjectName("io.finward*:*"), null)).isEmpty();
  }

  @Test
  void aSecondInstanceOfOneConfigurationIsToldSo() throws IOException, InvalidConfigException {
    try (Appliance _ = Appliance.start(config(), (_, _) -> new FakeGateway())) {
      assertThatThrownBy(() -> Appliance.start(config(), (_, _) -> new FakeGateway()))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "another instance is running (pid %d)".formatted(ProcessHandle.current().pid()));
      assertThat(new AdminClient(socket).ask("GET", "/version").status()).isEqualTo(200);
    }
    Appliance.start(config(), (_, _) -> new FakeGateway()).close();
  }

  @Test
  void aGatewayThatDoesNotStartLeavesNothingBehind() throws IOException, InvalidConfigException {
    FinwardConfig config = config();
    assertThatThrownBy(() ->
            Appliance.start(
                config,
                (_, _) -> {
                  throw new IOException("no");
                }))
        .hasMessage("no");
    assertThat(socket).doesNotExist();
    Appliance.start(config, (_, _) -> new FakeGateway()).close();
  }

  private FinwardConfig config() throws IOException, InvalidConfigException {
    return ConfigReader.read(
        Files.writeString(
            folder.resolve("finward.conf"),
            """
            finward {
              listeners = [ { name = web, mode = redirect, bind = "127.0.0.1:8080" } ]
              admin { socket = "%s" }
            }
            """
                .formatted(socket)));
  }
}
