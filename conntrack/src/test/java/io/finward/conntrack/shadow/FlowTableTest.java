package io.finward.conntrack.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.conntrack.message.Tuple;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FlowTableTest {
  @Test
  void findsAFlowByEitherTuple() {
    FlowTable table = new FlowTable(1, 1);
    FlowRecord flow = flow(7, 40000, 57956);

    int row = table.insert(flow);

    assertThat(table.find(flow.original())).isEqualTo(row);
    assertThat(table.find(flow.reply())).isEqualTo(row);
    assertThat(table.find(flow.original().inverse())).isZero();
    assertThat(table.read(row)).isEqualTo(flow);
  }

  /** Against a plain map: any history of insert, update, remove and find, any kind of NAT. */
  @Test
  void answersLikeAMap() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    FlowTable table = new FlowTable(random.nextLong(), 1);
    Map<Tuple, Integer> rows = new HashMap<>();
    Map<Integer, FlowRecord> model = new HashMap<>();
    for (int i = 0; i < 60_000; i++) {
      FlowRecord flow = random(random);
      if (!rows.containsKey(flow.original()) && !rows.containsKey(flow.reply())) {
        int row = table.insert(flow);
        model.put(row, flow);
        rows.put(flow.original(), row);
        rows.put(flow.reply(), row);
      }
      if (random.nextInt(3) == 0) {
        Map.Entry<Integer, FlowRecord> any = model.entrySet().iterator().next();
        int row = any.getKey();
        FlowRecord gone = any.getValue();
        if (random.nextBoolean()) {
          model.put(row, changed(table, row, gone, random));
        } else {
          model.remove(row);
          rows.remove(gone.original());
          rows.remove(gone.reply());
          table.remove(row);
        }
      }
      assertThat(table.find(flow.original()))
          .as("seed %d, step %d", seed, i)
          .isEqualTo(rows.getOrDefault(flow.original(), 0));
    }
    assertThat(table.size()).isEqualTo(model.size());
    rows.forEach((tuple, row) -> assertThat(table.find(tuple)).isEqualTo(row));
    model.forEach((row, flow) -> assertThat(table.read(row)).isEqualTo(flow));
    Map<Tuple, FlowRecord> listed = new HashMap<>();
    table.forEach(null, flow -> listed.put(flow.original(), flow));
    Map<Tuple, FlowRecord> expected = new HashMap<>();
    model.values().forEach(flow -> expected.put(flow.original(), flow));
    assertThat(listed.equals(expected)).isTrue();
  }

  /** Changes a row in place, as its flow's history may; returns what it must say then. */
  private static FlowRecord changed(FlowTable table, int row, FlowRecord flow, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> {
        table.leased(row);
        yield flow.leasedByUs();
      }
      case 1 -> {
        Phase phase = random.nextBoolean() ? Phase.PARKED : Phase.ENDED;
        table.phase(row, phase);
        assertThat(table.phase(row)).isEqualTo(phase);
        yield flow.in(phase);
      }
      case 2 -> {
        FlowRecord closed = flow.closed(End.LOCAL, 7).leasedByUs();
        table.update(row, closed);
        yield closed;
      }
      default -> {
        End end = random.nextBoolean() ? End.LOCAL : End.REMOTE;
        int second = 1 + random.nextInt(Integer.MAX_VALUE - 1);
        FlowRecord closed = flow.closed(end, second);
        assertThat(table.closed(row, end, second)).isEqualTo(closed.halfClosed());
        yield closed;
      }
    };
  }

  @Test
  void isDueOnceAtItsSecondAndNotBefore() {
    FlowTable table = new FlowTable(1, 100);
    Random random = new Random(3);
    Map<Integer, Integer> due = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      int row = table.insert(flow(i, 1024 + i, 1024 + i));
      // Beyond a turn of the wheel, too.
      due.put(row, 101 + random.nextInt(300_000));
      table.schedule(row, 5);
      table.schedule(row, due.get(row));
    }
    due.keySet().stream()
        .limit(100)
        .toList()
        .forEach(row -> {
          table.cancel(row);
          due.remove(row);
        });
    for (int now = 100; now < 301_000; now += 1 + random.nextInt(40)) {
      int second = now;
      assertThat(
              table.advance(
                  now,
                  1 << 20,
                  row -> {
                    Integer expected = due.remove(row);
                    assertThat(expected).isNotNull().isBetween(second - 40, second);
                  }))
          .isTrue();
    }
    assertThat(due).isEmpty();
  }

  @Test
  void takesNoMoreThanItsBudgetInOneTurn() {
    FlowTable table = new FlowTable(1, 1);
    for (int i = 0; i < 10; i++) {
      table.schedule(table.insert(flow(i, 2000 + i, 2000 + i)), 5);
    }
    List<Integer> taken = new ArrayList<>();

    assertThat(table.advance(9, 4, taken::add)).isFalse();
    assertThat(taken).hasSize(4);
    assertThat(table.advance(9, 4, taken::add)).isFalse();
    assertThat(table.advance(9, 4, taken::add)).isTrue();
    assertThat(taken).hasSize(10).doesNotHaveDuplicates();
  }

  /** A million IPv6 flows: memory here; the time is printed, for machines differ. */
  @Test
  void aMillionFlowsFitIntoALittleMoreThanAHundredMegabytes() {
    FlowTable table = new FlowTable(42, 1);
    int flows = 1_000_000;
    List<FlowRecord> sample = new ArrayList<>();
    for (int i = 0; i < flows; i++) {
      FlowRecord flow = ipv6(i);
      int row = table.insert(flow);
      table.schedule(row, 2 + i % 3600);
      if (i % 1000 == 0) {
        sample.add(flow);
      }
    }
    sample.forEach(flow -> assertThat(table.read(table.find(flow.reply()))).isEqualTo(flow));
    assertThat((double) table.bytes() / flows).isLessThan(112);
    assertThat(table.advance(4000, flows, table::remove)).isTrue();
    assertThat(table.size()).isZero();
  }

  static FlowRecord ipv6(int i) {
    byte[] client = {0x20, 1, 0x0d, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    ByteBuffer.wrap(client).putInt(12, i >>> 8);
    int port = 1024 + (i & 0xff);
    InetAddress address = address(client);
    return FlowRecord.opened(
        i,
        Leg.REDIRECTED,
        1,
        Tuple.tcp(address, port, InetAddress.ofLiteral("2001:db8:1::1"), 80),
        Tuple.tcp(InetAddress.ofLiteral("2001:db8::1"), 8080, address, port));
  }

  private static FlowRecord flow(long session, int port, int replyPort) {
    InetAddress client = InetAddress.ofLiteral("192.0.2.10");
    return FlowRecord.opened(
        session,
        Leg.REDIRECTED,
        3,
        Tuple.tcp(client, port, InetAddress.ofLiteral("198.51.100.1"), 80),
        Tuple.tcp(InetAddress.ofLiteral("192.0.2.1"), 8080, client, replyPort));
  }

  private static FlowRecord random(Random random) {
    boolean ipv6 = random.nextBoolean();
    InetAddress opener = random(random, ipv6);
    InetAddress target = random(random, ipv6);
    Tuple original = Tuple.tcp(opener, random.nextInt(65536), target, random.nextInt(65536));
    Tuple reply =
        switch (random.nextInt(3)) {
          case 0 -> original.inverse();
          case 1 ->
              Tuple.tcp(random(random, ipv6), random.nextInt(65536), opener, random.nextInt(65536));
          default ->
              Tuple.tcp(
                  target, original.destinationPort(), random(random, ipv6), random.nextInt(65536));
        };
    return new FlowRecord(
        random.nextLong(),
        List.of(Leg.REDIRECTED, Leg.TRANSPARENT, Leg.UPSTREAM).get(random.nextInt(3)),
        random.nextInt(65536),
        original,
        reply,
        List.of(Phase.LIVE, Phase.PARKED, Phase.ENDED).get(random.nextInt(3)),
        random.nextBoolean() ? null : random.nextBoolean() ? End.LOCAL : End.REMOTE,
        random.nextInt(1 << 30),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextBoolean());
  }

  /** Few addresses, so that chains and near misses are common. */
  private static InetAddress random(Random random, boolean ipv6) {
    byte[] bytes = new byte[ipv6 ? 16 : 4];
    bytes[0] = 0x20;
    bytes[bytes.length - 1] = (byte) random.nextInt(8);
    bytes[bytes.length / 2 - 1] = (byte) random.nextInt(2);
    return address(bytes);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
