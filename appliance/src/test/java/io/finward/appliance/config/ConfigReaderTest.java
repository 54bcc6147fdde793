package io.finward.appliance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.finward.appliance.config.RulesSettings.Entries;
import io.finward.appliance.config.RulesSettings.OnStop;
import io.finward.linux.sched.SchedulingPolicy;
import io.finward.proxy.LoopSettings;
import io.finward.proxy.door.BodyRates;
import io.finward.proxy.door.OriginSettings;
import io.finward.proxy.http.ClientHeader;
import io.finward.proxy.http.Hop;
import io.finward.proxy.http.Via;
import io.finward.proxy.limit.ProxyLimits;
import io.finward.proxy.listen.HeaderEdits;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.Looking;
import io.finward.proxy.listen.ProxyProtocol;
import io.finward.proxy.listen.SourceAddress;
import io.finward.proxy.opening.OpeningSettings;
import io.finward.proxy.upstream.Leg;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ConfigReaderTest {
  @TempDir private Path folder;

  @Test
  void readsEveryKey() {
    FinwardConfig config =
        ConfigFiles.read(
            folder,
            """
            finward {
              listeners = [
                { name = web, mode = redirect, bind = "0.0.0.0:8080" }
                { name = all, mode = tproxy, bind = "[::]:8081", source = client, names = seen
                  http-headers { via = block, forwarded-for = on } }
                { name = proxy, mode = explicit, bind = "[2001:db8::1]:3128" }
              ]
              intercept = [
                { listener = web, destinations = ["198.51.100.0/24", "203.0.113.7"]
                  ports = [80, "8000-8099"], clients = ["192.0.2.0/24"] }
                { listener = all, destinations = ["2001:db8::/32"] }
              ]
              rules { nat = false, wall = no, lease = off, track-upstream = no, track-tproxy = no,
                      destroy-events = yes,                      on-stop = remove
                      upstream-mark = 0x10, tproxy-mark = "0xffffffff", nflog-group = 7 }
              half-close { hold = 90s, park = 2d, max-held = 17 }
              timeouts { connect = 500ms, idle = "1 h" }
              limits { sessions = 100, sessions-per-client = 10, descriptors = 1024, table-alarm = 70 }
              admin { http = "127.0.0.1:9190", socket = "/tmp/f.sock", jmx = "[::1]:9191" }
              explicit { connect-ports = [443, "8000-8099"], head-timeout = 5s, keep-alive = 1m
                         max-head = 8192, via = full, forwarded-for = on
                         name-servers = ["192.0.2.53:53", "[2001:db8::53]:5353"]
                         origin-keep-alive = 30s, origin-connections = 100
                         connections-per-origin = 8, body-rate = 500, answer-rate = 1000 }
              opening { peek = 300ms, verify = 3s, remember = 2h }
              threads = 3
              busy-poll = 0
              scheduling = other
            }
            """);
    assertThat(config.listeners())
        .containsExactly(
            new ListenerSettings(
                "web",
                ListenerMode.REDIRECT,
                new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 8080),
                SourceAddress.GATEWAY),
            new ListenerSettings(
                "all",
                ListenerMode.TPROXY,
                new InetSocketAddress(InetAddress.ofLiteral("::"), 8081),
                SourceAddress.CLIENT,
                Looking.SEEN,
                new HeaderEdits(Via.BLOCK, true),
                ProxyProtocol.NONE),
            new ListenerSettings(
                "proxy",
                ListenerMode.EXPLICIT,
                new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 3128),
                SourceAddress.GATEWAY));
    assertThat(config.intercepts())
        .extracting(Object::toString)
        .containsExactly(
            "Intercept[listener=web, destinations=[198.51.100.0/24, 203.0.113.7],"
                + " ports=[80, 8000-8099], clients=[192.0.2.0/24]]",
            "Intercept[listener=all, destinations=[2001:db8::/32], ports=[1-65535], clients=[]]");
    assertThat(config.rules())
        .isEqualTo(
            new RulesSettings(
                false,
                false,
                false,
                Entries.NEVER,
                Entries.NEVER,
                true,
                OnStop.REMOVE,
                0x10,
                -1,
                7));
    assertThat(config.halfClose())
        .isEqualTo(new HalfClose(Duration.ofSeconds(90), Duration.ofDays(2), 17));
    assertThat(config.timeouts())
        .isEqualTo(new Timeouts(Duration.ofMillis(500), Duration.ofHours(1)));
    assertThat(config.limits())
        .isEqualTo(
            new Limits(OptionalInt.of(100), OptionalInt.of(10), OptionalInt.of(1024), 70, 90));
    assertThat(config.admin())
        .isEqualTo(
            new AdminSettings(
                Path.of("/tmp/f.sock"),
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9190),
                new InetSocketAddress(InetAddress.ofLiteral("::1"), 9191)));
    assertThat(config.explicit())
        .isEqualTo(
            new ExplicitDoors(
                List.of(new PortRange(443, 443), new PortRange(8000, 8099)),
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                8192,
                new Hop(
                    Via.FULL,
                    Set.of(ClientHeader.X_FORWARDED_FOR),
                    OptionalInt.empty(),
                    false,
                    null),
                List.of(
                    new InetSocketAddress(InetAddress.ofLiteral("192.0.2.53"), 53),
                    new InetSocketAddress(InetAddress.ofLiteral("2001:db8::53"), 5353)),
                new OriginSettings(Duration.ofSeconds(30), 100, 8),
                Leg.PLAIN,
                new BodyRates(Duration.ofSeconds(20), 500, 1000)));
    assertThat(config.opening())
        .isEqualTo(
            new OpeningSettings(
                Duration.ofMillis(300),
                Duration.ofSeconds(3),
                Duration.ofHours(2),
                config.explicit().nameServers()));
    assertThat(config.loops())
        .isEqualTo(new LoopSettings(3, Duration.ZERO, SchedulingPolicy.OTHER));
    assertThat(config.proxyLimits(20_000))
        .isEqualTo(
            new ProxyLimits(
                Duration.ofMillis(500), Duration.ofHours(1), Duration.ofSeconds(90), 17, 100, 10));
  }

  @Test
  void everythingButListenersMayBeMissing() {
    FinwardConfig config =
        ConfigFiles.read(
            folder,
            "finward.listeners = [{ name = web, mode = redirect, bind = \"0.0.0.0:8080\" }]");
    assertThat(config.intercepts()).isEmpty();
    assertThat(config.rules()).isEqualTo(RulesSettings.DEFAULT);
    assertThat(config.halfClose()).isEqualTo(HalfClose.DEFAULT);
    assertThat(config.timeouts()).isEqualTo(Timeouts.DEFAULT);
    assertThat(config.admin()).isEqualTo(AdminSettings.DEFAULT);
    assertThat(config.explicit()).isEqualTo(ExplicitDoors.DEFAULT);
    assertThat(config.opening()).isEqualTo(OpeningSettings.DEFAULT);
    assertThat(config.loops())
        .isEqualTo(LoopSettings.of(Runtime.getRuntime().availableProcessors()));
  }

  @Test
  void sessionsFollowFromTheDescriptorLimit() {
    FinwardConfig config =
        ConfigFiles.read(
            folder,
            "finward.listeners = [{ name = web, mode = redirect, bind = \"0.0.0.0:8080\" }]");
    assertThat(config.proxyLimits(20_000).maxSessions()).isEqualTo(9_500);
    assertThat(config.proxyLimits(1_024).maxSessions()).isEqualTo(384);
    assertThat(config.proxyLimits(1_024).maxSessionsPerClient()).isEqualTo(384);
  }

  @Test
  void readsTheShippedFile() throws InvalidConfigException {
    FinwardConfig config = ConfigReader.read(Path.of("..", "etc", "finward.conf"));
    assertThat(config.rules()).isEqualTo(RulesSettings.DEFAULT);
    assertThat(config.halfClose()).isEqualTo(HalfClose.DEFAULT);
    assertThat(config.timeouts()).isEqualTo(Timeouts.DEFAULT);
    assertThat(config.admin()).isEqualTo(AdminSettings.DEFAULT);
  }

  @Test
  void namesAMissingFile() {
    Path file = folder.resolve("none.conf");
    assertThatThrownBy(() -> ConfigReader.read(file))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            file + ": no such file (expected: a configuration file; -c FILE names another)");
  }

  @Test
  void namesAFolder() {
    assertThatThrownBy(() -> ConfigReader.read(folder))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            folder + ": not a file (expected: a configuration file; -c FILE names another)");
  }
}
