package io.finward.appliance.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Rules of others that ask conntrack, and come while connections are open. */
@Tag("netns")
@Timeout(120)
@ExtendWith(NetnsExtension.class)
class LateTrackingIT {
  /** As most gateways have it: answers come in by their state, clients by the port. */
  static final String FIREWALL =
      """
      table inet firewall {
        chain in {
          type filter hook input priority 0; policy drop;
          iif lo accept
          ct state established,related accept
          tcp dport { 80, 8080 } ct state new tcp flags & (fin|syn|rst|ack) == syn accept
          meta l4proto { icmp, ipv6-icmp } accept
        }
      }
      """;

  static final List<Variant> VARIANTS =
      Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);

  @TempDir private Path folder;

  /** Connections that are there when a firewall comes go on, in every way they may. */
  @ParameterizedTest
  @FieldSource("VARIANTS")
  void aFirewallFindsEntries(Variant variant) throws IOException {
    AddressFamily family = variant.family();
    boolean tproxy = variant.interception() == Interception.TPROXY;
    Setup setup = Setup.usual(variant);
    Path directory = Files.createTempDirectory(folder, "gateway-");
    CountDownLatch later = new CountDownLatch(1);
    try (Topology topology = Topology.create();
        LabServer _ =
            LabServer.start(topology.server(), family, 80, socket -> converse(socket, later));
        RunningProgram running =
            RunningProgram.start(new FinwardProgram(), setup, topology.gateway(), directory)) {
      Wire wire = new Wire(topology, family);
      try (LabSocket clientSpeaks = wire.dial();
          LabSocket serverSpeaks = wire.dial();
          LabSocket clientCloses = wire.dial();
          LabSocket serverCloses = wire.dial()) {
        for (LabSocket one : List.of(clientSpeaks, serverSpeaks, clientCloses, serverCloses)) {
          assertThat(said(one, 'e')).isEqualTo('e');
        }
        serverSpeaks.send(new byte[] {'l'});
        serverCloses.send(new byte[] {'c'});
        assertThat(wire.entries()).as("before there is a firewall").hasSize(tproxy ? 0 : 4);

        topology.gateway().run("nft", FIREWALL);
        await()
            .until(() ->
                running.said(
                    "have entries from now on, and %d were made".formatted(tproxy ? 8 : 4)));

        later.countDown();

        assertThat(said(clientSpeaks, 'e')).isEqualTo('e');
        assertThat(serverSpeaks.receive(1)).containsExactly('l');
        assertThat(serverCloses.receiveToEnd()).isEmpty();
        clientCloses.endOutput();
        assertThat(clientCloses.receiveToEnd()).as("the server has closed, too").isEmpty();
        try (LabSocket fresh = wire.dial()) {
          assertThat(said(fresh, 'e')).isEqualTo('e');
        }
        assertThat(wire.entries())
            .as("both legs of those that are open")
            .hasSizeGreaterThanOrEqualTo(4);
      }
      await()
          .untilAsserted(() ->
              assertThat(topology.server().run("ss", "-Htan", "state", "connected"))
                  .doesNotContain("ESTAB", "CLOSE-WAIT", "FIN-WAIT"));
    }
  }

  private static int said(LabSocket client, char word) throws IOException {
    client.send(new byte[] {(byte) word});
    return client.receive(1)[0];
  }

  /** Echoes {@code e}; at {@code l} it speaks, at {@code c} it closes, both when it may. */
  private static void converse(LabSocket socket, CountDownLatch later) throws IOException {
    while (true) {
      byte[] word = socket.input().readNBytes(1);
      if (word.length == 0) {
        return;
      }
      if (word[0] != 'e') {
        Waiting.forLatch(later);
      }
      if (word[0] == 'c') {
        return;
      }
      socket.send(word);
    }
  }
}
