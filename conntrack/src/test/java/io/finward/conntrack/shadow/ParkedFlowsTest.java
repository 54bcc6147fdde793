package io.finward.conntrack.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.ShadowFlow.ClosedFirst;
import io.finward.conntrack.shadow.ShadowFlow.Leg;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ParkedFlowsTest {
  private final ParkedFlows table = new ParkedFlows(1024, 7);

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.", "2001:db8::"})
  void findsARedirectedFlowByBothTuples(String net) {
    ShadowFlow flow = redirected(net, 40000, 57956, 1);
    table.put(flow, 100);

    assertThat(table.find(flow.original())).isEqualTo(flow);
    assertThat(table.find(flow.reply())).isEqualTo(flow);
    assertThat(table.find(flow.original().inverse())).isNull();
    assertThat(table.find(redirected(net, 40001, 40001, 1).original())).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.", "2001:db8::"})
  void findsAMasqueradedUpstreamLegByBothTuples(String net) {
    Tuple original = Tuple.tcp(address(net + "1"), 50000, address(net + "9"), 80);
    Tuple reply = Tuple.tcp(address(net + "9"), 80, address(net + "5"), 61000);
    ShadowFlow flow =
        new ShadowFlow(Leg.UPSTREAM, original, reply, 1L << 40 | 3, 65535, ClosedFirst.CLIENT, 17);
    table.put(flow, 100);

    assertThat(table.find(original)).isEqualTo(flow);
    assertThat(table.find(reply)).isEqualTo(flow);
  }

  @Test
  void aNewFlowOnTheSameTupleReplacesTheOld() {
    table.put(redirected("192.0.2.", 40000, 40000, 1), 100);
    ShadowFlow second = redirected("192.0.2.", 40000, 41111, 2);
    table.put(second, 100);

    assertThat(table.size()).isEqualTo(1);
    assertThat(table.find(second.original())).isEqualTo(second);
    assertThat(table.find(redirected("192.0.2.", 40000, 40000, 1).reply())).isNull();
  }

  @Test
  void forgetsWhatExpiredAndNothingElse() {
    ShadowFlow soon = redirected("192.0.2.", 40000, 40000, 1);
    ShadowFlow late = redirected("192.0.2.", 40001, 40001, 2);
    table.put(soon, 10);
    table.put(late, 10 + 3 * 4096);

    table.advance(9);
    assertThat(table.size()).isEqualTo(2);
    table.advance(10);
    assertThat(table.find(soon.original())).isNull();
    assertThat(table.find(late.original())).isEqualTo(late);
    table.advance(9 + 3 * 4096);
    assertThat(table.size()).isEqualTo(1);
    table.advance(100_000);
    assertThat(table.size()).isZero();
  }

  @Test
  void refusesFlowsWithBothAddressesTranslated() {
    Tuple original = Tuple.tcp(address("192.0.2.1"), 1, address("192.0.2.2"), 2);
    Tuple reply = Tuple.tcp(address("192.0.2.3"), 2, address("192.0.2.4"), 1);
    assertThatThrownBy(() -> new ShadowFlow(Leg.CLIENT, original, reply, 1, 0, ClosedFirst.NONE, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @Test
  void behavesLikeAMapUnderRandomHistories() {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      ParkedFlows parked = new ParkedFlows(1024, random.nextInt());
      Map<Tuple, ShadowFlow> flows = new HashMap<>();
      Map<Tuple, Integer> expiry = new HashMap<>();
      int now = 0;
      for (int step = 0; step < 5000; step++) {
        ShadowFlow flow = redirected("192.0.2.", 40000 + random.nextInt(300), step & 0xffff, step);
        switch (random.nextInt(4)) {
          case 0, 1 -> {
            int at = now + 1 + random.nextInt(6000);
            parked.put(flow, at);
            flows.put(flow.original(), flow);
            expiry.put(flow.original(), at);
          }
          case 2 -> {
            assertThat(parked.remove(flow.original()))
                .as("seed %d", seed)
                .isEqualTo(flows.remove(flow.original()) != null);
            expiry.remove(flow.original());
          }
          default -> {
            now += random.nextInt(60);
            parked.advance(now);
            int limit = now;
            expiry.values().removeIf(at -> at <= limit);
            flows.keySet().retainAll(expiry.keySet());
          }
        }
        assertThat(parked.find(flow.original()))
            .as("seed %d step %d", seed, step)
            .isEqualTo(flows.get(flow.original()));
      }
      List<ShadowFlow> all = new ArrayList<>();
      parked.forEach(all::add);
      assertThat(all).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(flows.values());
    }
  }

  @Test
  void aMillionFlowsCostLessThan128BytesEach() {
    ParkedFlows parked = new ParkedFlows(1 << 20, 3);
    InetAddress server = address("2001:db8::9");
    InetAddress gateway = address("2001:db8::1");
    byte[] client = address("2001:db8:1::").getAddress();
    for (int i = 0; i < 1_000_000; i++) {
      InetAddress from = numbered(client, i);
      int port = 1024 + (i & 0x3fff);
      parked.put(
          new ShadowFlow(
              Leg.CLIENT,
              Tuple.tcp(from, port, server, 443),
              Tuple.tcp(gateway, 8080, from, port),
              i,
              0,
              ClosedFirst.SERVER,
              0),
          1 + i % 86_400);
    }
    assertThat(parked.size()).isEqualTo(1_000_000);
    assertThat(parked.bytes() / 1_000_000).isLessThanOrEqualTo(128);
    parked.advance(86_400);
    assertThat(parked.size()).isZero();
  }

  private static InetAddress numbered(byte[] bytes, int i) {
    bytes[13] = (byte) (i >> 16);
    bytes[14] = (byte) (i >> 8);
    bytes[15] = (byte) i;
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ShadowFlow redirected(String net, int port, int peerPort, long session) {
    InetAddress client = address(net + "2");
    return new ShadowFlow(
        Leg.CLIENT,
        Tuple.tcp(client, port, address(net + "9"), 80),
        Tuple.tcp(address(net + "1"), 8080, client, peerPort),
        session,
        3,
        ClosedFirst.SERVER,
        42);
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}
