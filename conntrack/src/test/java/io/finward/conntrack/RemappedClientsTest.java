package io.finward.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.conntrack.RemappedClients.Remapped;
import io.finward.conntrack.message.Tuple;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RemappedClientsTest {
  private static final InetSocketAddress SERVER = at("198.51.100.1", 80);
  private static final InetSocketAddress PROXY = at("192.0.2.1", 8080);
  private static final InetSocketAddress CHANGED = at("192.0.2.10", 1024);

  /** Of a packet from the proxy to the client, before NAT. */
  private static final Tuple REPLY = Tuple.tcp(PROXY, CHANGED);

  private final RemappedClients clients = new RemappedClients();

  @Test
  void tellsWhoItWasOnce() {
    var _ = clients.learn(from(40000), REPLY, 0);

    assertThat(clients.originalOf(CHANGED, PROXY)).isEqualTo(at("192.0.2.10", 40000));
    assertThat(clients.originalOf(CHANGED, PROXY)).isNull();
  }

  @Test
  void whatCameTooLateForItsAcceptIsNotSaidOfTheNextClient() {
    Remapped late = clients.learn(from(40000), REPLY, 0);
    clients.forget(REPLY, late);
    assertThat(clients.originalOf(CHANGED, PROXY)).isNull();

    Remapped before = clients.learn(from(40000), REPLY, 0);
    var _ = clients.learn(from(40001), REPLY, 1);
    clients.forget(REPLY, before);
    assertThat(clients.originalOf(CHANGED, PROXY)).isEqualTo(at("192.0.2.10", 40001));
  }

  @Test
  void forgetsWhoNeverCame() {
    var _ = clients.learn(from(40000), REPLY, 0);
    clients.forgetOld(Duration.ofSeconds(61).toNanos());
    assertThat(clients.originalOf(CHANGED, PROXY)).isNull();
  }

  private static Tuple from(int port) {
    return Tuple.tcp(at("192.0.2.10", port), SERVER);
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }
}
