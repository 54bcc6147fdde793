package io.finward.nat.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.nat.Examples;
import io.finward.nat.rule.Family;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.RuleSwitches;
import io.finward.nat.rule.Tracking;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** All ports to a transparent listener that dials the server with the client's own address. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class TproxyIT {
  @TempDir Path state;

  @ParameterizedTest
  @EnumSource(Family.class)
  void aSessionWithTheClientsAddressOnBothLegsOutlivesItsEntries(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab.connect(client, gateway, server);
    apply(gateway);
    try (RawSocket listener = RawSocket.transparent(gateway, "::", 8081).listen();
        ServerSocket web = Lab.listen(server, 80)) {
      Socket dialled = Lab.dial(client, Lab.server(family), 80);
      RawSocket accepted = listener.accept();
      RawSocket upstream = dialAs(gateway, family);
      Socket served = web.accept();
      assertThat(served.getInetAddress().getHostAddress())
          .isEqualTo(dialled.getLocalAddress().getHostAddress());
      echo(dialled, accepted);
      echo(served, upstream);
      gateway.run("conntrack", "-F");

      echo(dialled, accepted);
      gateway.run("conntrack", "-F");
      dialled.shutdownOutput();
      assertThat(accepted.read()).isEqualTo(-1);
      gateway.run("conntrack", "-F");
      served.shutdownOutput();
      assertThat(upstream.read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void withTheDaemonDeadBothSidesAreRefusedAndNothingPasses(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    apply(gateway);
    client.run(
        "nft",
        "add table inet count; add chain inet count in { type filter hook prerouting priority -300;"
            + " }; add rule inet count in tcp flags & (fin|rst|psh) == fin counter;"
            + " add rule inet count in tcp sport 80 tcp flags & psh == psh counter");
    try (ServerSocket web = Lab.listen(server, 80)) {
      RawSocket listener = RawSocket.transparent(gateway, "::", 8081).listen();
      Socket dialled = Lab.dial(client, Lab.server(family), 80);
      RawSocket accepted = listener.accept();
      RawSocket upstream = dialAs(gateway, family);
      Socket served = web.accept();
      echo(dialled, accepted);
      // No word of the daemon's death gets out, as when the entries went first.
      gateway.run(
          "nft",
          "add table inet mute; add chain inet mute o { type filter hook output priority 300; };"
              + " add rule inet mute o tcp flags & (fin|rst) != 0 drop");
      listener.close();
      accepted.close();
      upstream.close();
      gateway.run("ss", "-K", "sport", "=", ":80", "or", "dport", "=", ":80");
      gateway.run("nft", "delete", "table", "inet", "mute");
      gateway.run("conntrack", "-F");
      long before = lab.reachedServer();

      dialled.shutdownOutput();
      served.getOutputStream().write('s');

      await().untilAsserted(() -> assertThat(client.run("ss", "-tan")).doesNotContain("FIN-WAIT"));
      await().untilAsserted(() -> assertThat(server.run("ss", "-tan")).doesNotContain("ESTAB"));
      assertThatThrownBy(() -> Lab.dial(client, Lab.server(family), 80))
          .isInstanceOf(IOException.class);
      // The RSTs of the wall go to the server with the client's address, as the stack's would.
      assertThat(lab.reachedServer() - before).isLessThanOrEqualTo(1);
      assertThat(lab.counter("wall_server")).isPositive();
      assertThat(lab.counter("leaks_to_server")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void aConnectionTheServerOpensIsNobodysToTake(
      Family family, NetworkNamespace client, NetworkNamespace gateway, NetworkNamespace server)
      throws IOException {
    Lab.connect(client, gateway, server);
    apply(gateway);
    try (ServerSocket at = Lab.listen(client, 5000);
        Socket opened =
            Lab.dial(server, family == Family.IPV4 ? Lab.CLIENT_4 : Lab.CLIENT_6, 5000);
        Socket accepted = at.accept()) {
      opened.getOutputStream().write('a');
      assertThat(accepted.getInputStream().read()).isEqualTo('a');
      accepted.getOutputStream().write('b');
      assertThat(opened.getInputStream().read()).isEqualTo('b');
    }
  }

  /** Not even from a port that one of our transparent listeners has. */
  @ParameterizedTest
  @CsvSource({
    "IPV4,45000,true", "IPV4,8081,true", "IPV4,8082,true",
    "IPV4,45000,false", "IPV4,8081,false", "IPV4,8082,false",
    "IPV6,8081,false", "IPV6,8082,false"
  })
  void whateverPortTheServerOpensItFrom(
      Family family,
      int port,
      boolean tracked,
      NetworkNamespace client,
      NetworkNamespace gateway,
      NetworkNamespace server)
      throws IOException {
    Lab.connect(client, gateway, server);
    RuleSwitches switches = new RuleSwitches(true, true, true, new Tracking(true, tracked, false));
    apply(gateway, Examples.twoTproxies(switches));
    try (RawSocket _ = RawSocket.transparent(gateway, "::", 8081).listen();
        RawSocket _ = RawSocket.transparent(gateway, "::", 8082).listen();
        ServerSocket at = Lab.listen(client, 5000);
        Socket opened = dialFrom(server, family, port);
        Socket accepted = at.accept()) {
      opened.getOutputStream().write('a');
      assertThat(accepted.getInputStream().read()).isEqualTo('a');
      accepted.getOutputStream().write('b');
      assertThat(opened.getInputStream().read()).isEqualTo('b');
    }
  }

  /** The server's dial to the client's port 5000. */
  private static Socket dialFrom(NetworkNamespace server, Family family, int port)
      throws IOException {
    String to = family == Family.IPV4 ? Lab.CLIENT_4 : Lab.CLIENT_6;
    return server.call(() -> {
      Socket socket = new Socket();
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(Lab.server(family)), port));
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(to), 5000), 3000);
      socket.setSoTimeout(5000);
      return socket;
    });
  }

  private void apply(NetworkNamespace gateway) throws IOException {
    apply(gateway, Examples.tproxy(RuleSwitches.ALL));
  }

  private void apply(NetworkNamespace gateway, NatSettings settings) throws IOException {
    Nat nat = new Nat(settings, state);
    gateway.call(() -> {
      nat.apply();
      return null;
    });
  }

  private static RawSocket dialAs(NetworkNamespace gateway, Family family) throws IOException {
    String client = family == Family.IPV4 ? Lab.CLIENT_4 : Lab.CLIENT_6;
    RawSocket upstream = RawSocket.transparent(gateway, client, 0);
    upstream.mark(Marks.UPSTREAM);
    upstream.connect(Lab.server(family), 80);
    return upstream;
  }

  private static void echo(Socket one, RawSocket other) throws IOException {
    one.getOutputStream().write('q');
    assertThat(other.read()).isEqualTo('q');
    other.write('r');
    assertThat(one.getInputStream().read()).isEqualTo('r');
  }
}
