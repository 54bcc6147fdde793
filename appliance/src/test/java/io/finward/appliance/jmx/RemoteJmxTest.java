package io.finward.appliance.jmx;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.FakeGateway;
import io.finward.appliance.log.LogLevels;
import io.finward.appliance.metrics.Meters;
import io.finward.appliance.metrics.SessionMetrics;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.SourceAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The MBeans as a JMX client far away sees them: open types only, one port. */
@Timeout(60)
class RemoteJmxTest {
  private static final String[] LONG = {"long"};
  private static final String[] STRING = {"java.lang.String"};

  private final FakeGateway gateway = new FakeGateway();
  private final MBeanServer beans = MBeanServerFactory.newMBeanServer();
  private final ListenerSettings listener =
      new ListenerSettings(
          "web",
          ListenerMode.TPROXY,
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 8081),
          SourceAddress.CLIENT);
  private @Nullable RemoteJmx server;
  private @Nullable JMXConnector connector;

  @BeforeEach
  @SuppressWarnings("BanJNDI") // the registry is the one opened two lines above
  void open() throws IOException {
    int port = freePort();
    Beans.register(
        beans,
        gateway.observed(),
        List.of(listener),
        new SessionMetrics(new Meters(), List.of("web")));
    server = RemoteJmx.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), beans);
    connector =
        JMXConnectorFactory.connect(
            new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + port + "/jmxrmi"));
  }

  @AfterEach
  void close() throws IOException {
    Objects.requireNonNull(connector).close();
    Objects.requireNonNull(server).close();
  }

  @Test
  void sessionsAreATable() throws JMException, IOException {
    TabularData all = table("type=Sessions", "list");
    assertThat(all.values()).hasSize(2);
    CompositeData second = Objects.requireNonNull(all.get(new Object[] {2L}));
    assertThat(second.get("id")).isEqualTo(12L);
    assertThat(second.get("client")).isEqualTo("[2001:db8::2]:50001");
    assertThat(second.get("state")).isEqualTo("half-closed");
    assertThat(second.get("half_closed")).isEqualTo(true);
    assertThat(second.get("closed_first")).isEqualTo("server");
  }

  @Test
  void sessionsAreFound() throws JMException, IOException {
    assertThat(table("type=Sessions", "listHalfClosed").values()).hasSize(1);
    assertThat(found("findByClient", "192.0.2.1").values()).hasSize(1);
    assertThat(found("findByClient", "192.0.2.2").values()).isEmpty();
    assertThat(found("findByDestination", "2001:db8:f::1").values()).hasSize(1);
  }

  @Test
  void aSessionIsKilled() throws JMException, IOException {
    ObjectName sessions = new ObjectName("io.finward:type=Sessions");
    assertThat(remote().invoke(sessions, "kill", new Object[] {7L}, LONG)).isEqualTo(true);
    assertThat(remote().invoke(sessions, "kill", new Object[] {8L}, LONG)).isEqualTo(false);
    assertThat(gateway.killed).containsExactly(7L, 8L);
  }

  @Test
  void conntrackNatAndListenersAreThere() throws JMException, IOException {
    ObjectName conntrack = new ObjectName("io.finward:type=Conntrack");
    assertThat(remote().getAttribute(conntrack, "Rescues")).isEqualTo(3L);
    assertThat(remote().getAttribute(conntrack, "Refusing")).isEqualTo(true);
    assertThat(((TabularData) remote().getAttribute(conntrack, "LatePackets")).values()).hasSize(1);
    assertThat(table("type=Conntrack", "listFlows").values()).hasSize(1);
    ObjectName nat = new ObjectName("io.finward:type=Nat");
    assertThat(((TabularData) remote().getAttribute(nat, "WallDrops")).values()).hasSize(1);
    ObjectName web = new ObjectName("io.finward:type=Listener,name=web");
    assertThat(remote().getAttribute(web, "Bind")).isEqualTo("127.0.0.1:8081");
    assertThat(remote().getAttribute(web, "Mode")).isEqualTo("tproxy");
    assertThat(remote().getAttribute(web, "Source")).isEqualTo("client");
    assertThat(remote().getAttribute(web, "Open")).isEqualTo(0L);
  }

  @Test
  void aLogLevelIsSet() throws JMException, IOException {
    ObjectName log = new ObjectName("io.finward:type=Log");
    String[] texts = {String.class.getName(), String.class.getName()};
    try {
      var _ = remote().invoke(log, "setLevel", new Object[] {"parents", "trace"}, texts);
      assertThat(remote().getAttribute(log, "Levels").toString())
          .contains("level=trace", "subsystem=parents");
    } finally {
      LogLevels.apply(Map.of());
    }
  }

  private TabularData table(String keys, String operation) throws JMException, IOException {
    return (TabularData)
        remote()
            .invoke(new ObjectName("io.finward:" + keys), operation, new Object[0], new String[0]);
  }

  private TabularData found(String operation, String address) throws JMException, IOException {
    return (TabularData)
        remote()
            .invoke(
                new ObjectName("io.finward:type=Sessions"),
                operation,
                new Object[] {address},
                STRING);
  }

  private MBeanServerConnection remote() throws IOException {
    return Objects.requireNonNull(connector).getMBeanServerConnection();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
