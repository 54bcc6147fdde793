package io.finward.appliance.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** A check that cannot fail is none: with nobody in the gateway, every packet is a leak. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class LeakWatchIT {
  static final java.util.List<Variant> VARIANTS =
      Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void aForwardedPacketIsALeakToTheServer(Variant variant) throws IOException {
    try (Topology topology = Topology.create()) {
      LeakWatch watch = LeakWatch.install(topology, variant);
      try (LabServer server =
              LabServer.start(topology.server(), variant.family(), 80, LabSocket::receiveToEnd);
          LabSocket client = dial(topology, variant)) {
        await().until(() -> server.accepted() == 1);

        assertThat(watch.leaks().toServer()).isGreaterThanOrEqualTo(2); // SYN and ACK
        assertThat(watch.leakedPorts()).containsExactly(client.localPort());
        assertThat(watch.resetPorts()).isEmpty();
        assertThat(watch.leaks().toClient() > 0).isEqualTo(variant.keepsClientAddress());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(AddressFamily.class)
  void aStrangersPacketIsALeakToTheClient(AddressFamily family) throws IOException {
    Variant variant = new Variant(Interception.REDIRECT, family);
    try (Topology topology = Topology.create()) {
      LeakWatch watch = LeakWatch.install(topology, variant);
      try (SocketChannel gateway =
          topology.gateway().call(() -> SocketChannel.open(family.protocol()))) {
        gateway.configureBlocking(false);
        gateway.connect(new InetSocketAddress(AddressFamily.parse(family.client()), 40000));

        await().until(() -> watch.leaks().toClient() > 0);
        assertThat(watch.leaks().toServer()).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(AddressFamily.class)
  void whatTheGatewayItselfSaysToTheServerIsNone(AddressFamily family) throws IOException {
    for (Interception interception : Interception.values()) {
      try (Topology topology = Topology.create()) {
        Variant variant = new Variant(interception, family);
        LeakWatch watch = LeakWatch.install(topology, variant);
        try (LabServer _ = LabServer.start(topology.server(), family, 80, Http::answerAndClose);
            LabSocket socket =
                LabSocket.connect(
                    topology.gateway(),
                    family,
                    new InetSocketAddress(AddressFamily.parse(family.server()), 80))) {
          socket.send(Http.request(family));
          assertThat(Http.isAnswer(socket.receiveToEnd())).isTrue();
        }
        assertThat(watch.leaks().none()).isTrue();
      }
    }
  }

  private static LabSocket dial(Topology topology, Variant variant) throws IOException {
    return new Wire(topology, variant.family()).dial();
  }
}
