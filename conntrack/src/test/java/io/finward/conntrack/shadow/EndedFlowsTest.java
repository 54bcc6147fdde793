package io.finward.conntrack.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.conntrack.message.Tuple;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EndedFlowsTest {
  private static final int KEEP = 120;
  private static final long ROOM_FOR_MANY = 64 << 20;

  @Test
  void findsAFlowByEitherTupleAndTheNewestOfATuple() {
    EndedFlows flows = new EndedFlows(1, KEEP, ROOM_FOR_MANY);
    FlowRecord older = redirected(1, 40000);
    FlowRecord newer = redirected(2, 40000);

    flows.add(older, 10);
    assertThat(found(flows, older.original(), 10)).isEqualTo(older.in(Phase.ENDED));
    assertThat(found(flows, older.original().inverse(), 10)).isNull();
    flows.add(newer, 11);

    assertThat(found(flows, older.original(), 11)).isEqualTo(newer.in(Phase.ENDED));
    assertThat(found(flows, older.reply(), 11)).isEqualTo(newer.in(Phase.ENDED));
    assertThat(listed(flows)).containsExactly(1L, 2L);
  }

  @Test
  void forgetsTheOldest() {
    EndedFlows flows = new EndedFlows(1, KEEP, ROOM_FOR_MANY);
    FlowRecord older = redirected(1, 40000);
    flows.add(older, 10);
    flows.add(redirected(2, 40001), 70);

    assertThat(found(flows, older.original(), 129)).isNotNull();
    assertThat(found(flows, older.original(), 130)).as("before it is swept out").isNull();
    flows.expire(130);
    assertThat(listed(flows)).containsExactly(2L);
    flows.expire(190);
    assertThat(flows.size()).isZero();
    assertThat(found(flows, redirected(2, 40001).original(), 190)).isNull();
  }

  @Test
  void whatDoesNotFitCostsTheOldest() {
    EndedFlows flows = new EndedFlows(1, KEEP, 0);
    for (int i = 0; i < 10_000; i++) {
      flows.add(redirected(i, 10_000 + i), 1);
      assertThat(found(flows, redirected(i, 10_000 + i).reply(), 1)).isNotNull();
    }

    assertThat(flows.size()).isEqualTo(1024);
    assertThat(found(flows, redirected(9_999, 19_999).original(), 1)).isNotNull();
    assertThat(found(flows, redirected(8_976, 18_976).original(), 1)).isNotNull();
    assertThat(found(flows, redirected(8_975, 18_975).original(), 1)).isNull();
    assertThat(flows.bytes()).isLessThan(512 << 10);
  }

  @Test
  void memoryIsGivenBackWhenTheRushIsOver() {
    EndedFlows flows = new EndedFlows(1, KEEP, ROOM_FOR_MANY);
    for (int i = 0; i < 100_000; i++) {
      flows.add(redirected(i, i & 0xffff), 1);
    }
    assertThat(flows.bytes()).isGreaterThan(100_000L * EndedFlows.RECORD * Long.BYTES);
    flows.expire(1 + KEEP);
    flows.add(redirected(1, 1), 200);

    assertThat(flows.size()).isEqualTo(1);
    assertThat(flows.bytes()).isLessThan(512 << 10);
  }

  /**
   * Against a plain queue: few tuples, so that they come again, every kind of NAT, time passing.
   */
  @Test
  void answersLikeAQueueThatIsSearchedFromItsEnd() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    EndedFlows flows = new EndedFlows(random.nextLong(), KEEP, 88 << 12);
    Deque<FlowRecord> model = new ArrayDeque<>();
    Deque<Integer> times = new ArrayDeque<>();
    int now = 1;
    for (int i = 0; i < 60_000; i++) {
      FlowRecord flow = any(random, i);
      if (random.nextInt(100) == 0) {
        now += random.nextInt(4);
      }
      flows.add(flow, now);
      model.addLast(flow.in(Phase.ENDED));
      times.addLast(now);
      if (random.nextInt(50) == 0) {
        flows.expire(now);
      }
      while (now - times.getFirst() >= KEEP || model.size() > 3072) {
        model.removeFirst();
        times.removeFirst();
      }
      if (random.nextInt(20) == 0) {
        FlowRecord asked = any(random, i);
        for (Tuple tuple : List.of(asked.original(), asked.reply())) {
          assertThat(found(flows, tuple, now))
              .as("seed %d, step %d, %s", seed, i, tuple)
              .isEqualTo(newest(model, tuple));
        }
      }
    }
    flows.expire(now);
    assertThat(listed(flows)).isEqualTo(model.stream().map(FlowRecord::session).toList());
    assertThat(now).as("time passed, seed %d", seed).isGreaterThan(5 * KEEP);
  }

  private static @Nullable FlowRecord found(EndedFlows flows, Tuple tuple, int now) {
    return flows.find(tuple, now);
  }

  private static @Nullable FlowRecord newest(Deque<FlowRecord> model, Tuple tuple) {
    var newestFirst = model.descendingIterator();
    while (newestFirst.hasNext()) {
      FlowRecord flow = newestFirst.next();
      if (flow.original().equals(tuple) || flow.reply().equals(tuple)) {
        return flow;
      }
    }
    return null;
  }

  private static List<Long> listed(EndedFlows flows) {
    List<Long> sessions = new ArrayList<>();
    flows.forEach(flow -> sessions.add(flow.session()));
    return sessions;
  }

  private static FlowRecord any(Random random, int session) {
    int port = 40_000 + random.nextInt(5_000);
    boolean ipv6 = random.nextBoolean();
    InetAddress client = InetAddress.ofLiteral(ipv6 ? "2001:db8::10" : "192.0.2.10");
    InetAddress server = InetAddress.ofLiteral(ipv6 ? "2001:db8:1::1" : "198.51.100.1");
    InetAddress gateway = InetAddress.ofLiteral(ipv6 ? "2001:db8::1" : "192.0.2.1");
    Tuple original = Tuple.tcp(client, port, server, 80);
    FlowRecord flow =
        switch (random.nextInt(4)) {
          case 0 ->
              FlowRecord.opened(
                  session, Leg.REDIRECTED, 1, original, Tuple.tcp(gateway, 8080, client, port));
          case 1 -> FlowRecord.opened(session, Leg.TRANSPARENT, 2, original, original.inverse());
          case 2 ->
              FlowRecord.opened(
                  session, Leg.TRANSPARENT_UNTRACKED, 2, original, original.inverse());
          default ->
              FlowRecord.opened(
                  session, Leg.UPSTREAM, 3, original, Tuple.tcp(server, 80, gateway, port));
        };
    return random.nextBoolean() ? flow.closed(End.LOCAL, session) : flow;
  }

  private static FlowRecord redirected(long session, int port) {
    InetAddress client = InetAddress.ofLiteral("192.0.2.10");
    return FlowRecord.opened(
        session,
        Leg.REDIRECTED,
        3,
        Tuple.tcp(client, port, InetAddress.ofLiteral("198.51.100.1"), 80),
        Tuple.tcp(InetAddress.ofLiteral("192.0.2.1"), 8080, client, port));
  }
}
