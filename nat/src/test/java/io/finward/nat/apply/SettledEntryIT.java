package io.finward.nat.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.nat.Examples;
import io.finward.nat.rule.Family;
import io.finward.nat.rule.Marks;
import io.finward.nat.rule.RuleSwitches;
import io.finward.nat.rule.Tracking;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Of whose end conntrack tells: of our entries until the last ACK, of everybody else's for ever.
 */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class SettledEntryIT {
  /** A port of the gateway's that nobody intercepts. */
  private static final int DIRECT = 9090;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "IPV4,true,false",
    "IPV4,false,false",
    "IPV6,true,false",
    "IPV6,false,false",
    "IPV4,true,true",
    "IPV6,false,true"
  })
  void anEntryInTimeWaitEndsUntoldUnlessAllAreAskedFor(
      Family family,
      boolean proxyFirst,
      boolean allEnds,
      NetworkNamespace client,
      NetworkNamespace gateway,
      NetworkNamespace server)
      throws IOException {
    Lab.connect(client, gateway, server);
    Nat nat =
        new Nat(
            Examples.redirect(
                new RuleSwitches(true, true, true, new Tracking(true, true, allEnds))),
            folder);
    gateway.call(() -> {
      nat.apply();
      return null;
    });
    try (ServerSocket proxy = Lab.listen(gateway, 8080);
        ServerSocket direct = Lab.listen(gateway, DIRECT);
        ServerSocket web = Lab.listen(server, 80)) {
      Destroyed destroyed = new Destroyed(gateway, family);
      int ours = ended(Lab.dial(client, Lab.server(family), 80), proxy, proxyFirst);
      int dialled = dialled(gateway, family, web, proxyFirst);
      int others = ended(Lab.dial(client, Lab.gatewayAddress(family), DIRECT), direct, proxyFirst);
      Socket held = Lab.dial(client, Lab.server(family), 80);
      proxy.accept().shutdownOutput();
      assertThat(held.getInputStream().read()).isEqualTo(-1);
      for (int port : new int[] {ours, dialled, others}) {
        await().untilAsserted(() -> assertThat(destroyed.entry(port)).contains("TIME_WAIT"));
      }

      destroyed.delete(ours);
      destroyed.delete(dialled);
      destroyed.delete(others);
      destroyed.delete(held.getLocalPort());

      await().until(() -> destroyed.isTold(held.getLocalPort()));
      assertThat(destroyed.isTold(others)).as("not ours").isTrue();
      assertThat(destroyed.isTold(ours)).as("the client's leg").isEqualTo(allEnds);
      assertThat(destroyed.isTold(dialled)).as("the upstream leg").isEqualTo(allEnds);
    }
  }

  /** Ends a connection in order; returns its client's port. */
  private static int ended(Socket client, ServerSocket listening, boolean listenerFirst)
      throws IOException {
    try (client;
        Socket accepted = listening.accept()) {
      Socket first = listenerFirst ? accepted : client;
      Socket second = listenerFirst ? client : accepted;
      first.shutdownOutput();
      assertThat(second.getInputStream().read()).isEqualTo(-1);
      second.shutdownOutput();
      assertThat(first.getInputStream().read()).isEqualTo(-1);
      return client.getLocalPort();
    }
  }

  /** As the proxy dials, ended in order; returns its port. */
  private static int dialled(
      NetworkNamespace gateway, Family family, ServerSocket web, boolean proxyFirst)
      throws IOException {
    String outside = family == Family.IPV4 ? "198.51.100.1" : "2001:db8:2::1";
    try (RawSocket upstream = RawSocket.transparent(gateway, outside, 0)) {
      upstream.mark(Marks.UPSTREAM);
      upstream.connect(Lab.server(family), 80);
      try (Socket served = web.accept()) {
        if (proxyFirst) {
          upstream.shutdownOutput();
          assertThat(served.getInputStream().read()).isEqualTo(-1);
          served.shutdownOutput();
          assertThat(upstream.read()).isEqualTo(-1);
        } else {
          served.shutdownOutput();
          assertThat(upstream.read()).isEqualTo(-1);
          upstream.shutdownOutput();
          assertThat(served.getInputStream().read()).isEqualTo(-1);
        }
        return served.getPort();
      }
    }
  }

  /** The DESTROY events of a gateway, from now on. */
  private final class Destroyed {
    private final NetworkNamespace gateway;
    private final String version;
    private final Path events = folder.resolve("events");

    Destroyed(NetworkNamespace gateway, Family family) throws IOException {
      this.gateway = gateway;
      version = "ipv" + family.version();
      gateway.start(
          new ProcessBuilder("conntrack", "-E", "-e", "DESTROY", "-p", "tcp", "-f", version)
              .redirectErrorStream(true)
              .redirectOutput(events.toFile()));
      // It listens as soon as it tells of an entry that was made for this.
      await()
          .until(() -> {
            boolean six = family == Family.IPV6;
            String from = six ? "2001:db8:9::1" : "203.0.113.1";
            String to = six ? "2001:db8:9::2" : "203.0.113.2";
            gateway.run(
                "sh",
                "-c",
                ("conntrack -I -p tcp -s %s -d %s --sport 7 --dport 9 --state ESTABLISHED -t 60"
                        + " && conntrack -D -f %s -p tcp --orig-port-src 7")
                    .formatted(from, to, version));
            return isTold(7);
          });
    }

    String entry(int port) throws IOException {
      return gateway.run(
          "conntrack", "-L", "-f", version, "-p", "tcp", "--orig-port-src", String.valueOf(port));
    }

    void delete(int port) throws IOException {
      gateway.run(
          "conntrack", "-D", "-f", version, "-p", "tcp", "--orig-port-src", String.valueOf(port));
    }

    boolean isTold(int port) throws IOException {
      return Files.readString(events).contains(" sport=" + port + " ");
    }
  }
}
