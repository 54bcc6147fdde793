package io.finward.conntrack.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.conntrack.message.Tuple;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShadowShardTest {
  private final AtomicInteger clock = new AtomicInteger(1000);
  private final List<String> told = new ArrayList<>();
  private final ShadowShard shard =
      new ShadowShard(
          ImmediateEventExecutor.INSTANCE,
          new ShadowTimes(Duration.ofHours(1), Duration.ofMinutes(2), Duration.ofSeconds(25)),
          1 << 20,
          5,
          clock::get,
          flow -> told.add("lease " + flow.session()));

  @Test
  void aHalfClosedFlowIsRenewedUntilItsOtherEndIsDone() {
    Flow flow = shard.open(flow(1, 40000));
    assertThat(at(1100)).isEmpty();

    flow.closed(End.LOCAL);
    assertThat(at(1101)).containsExactly("lease 1");
    assertThat(at(1126)).containsExactly("lease 1");
    flow.closed(End.REMOTE);

    assertThat(at(1400)).isEmpty();
    assertThat(flow.record().closedFirst()).isEqualTo(End.LOCAL);
    assertThat(flow.record().closedSeconds()).isEqualTo(1100);
  }

  @Test
  void youngFlowsAreTakenInBeforeAnybodyIsAnswered() {
    Flow old = shard.open(flow(1, 40000));
    old.closed(End.LOCAL);
    List<FlowRecord> young = new ArrayList<>();
    shard.youngFlows(() -> {
      young.forEach(shard::open);
      young.clear();
    });

    // On the tuple of the old one, which is over then.
    young.add(flow(2, 40000));
    assertThat(shard.find(flow(2, 40000).reply()))
        .satisfies(record -> assertThat(record).isNotNull())
        .extracting(FlowRecord::session)
        .isEqualTo(2L);
    young.add(flow(3, 40001));
    assertThat(shard.findSettled(flow(3, 40001).reply())).isNull();
    assertThat(shard.stats().live()).isEqualTo(2);
    assertThat(shard.findSettled(flow(3, 40001).reply())).isEqualTo(flow(3, 40001));
    young.add(flow(4, 40002));
    List<Long> listed = new ArrayList<>();
    shard.forEach(Phase.LIVE, flow -> listed.add(flow.session()));
    assertThat(listed).containsExactlyInAnyOrder(2L, 3L, 4L);
    young.add(flow(5, 40003).closed(End.REMOTE, 1000));
    assertThat(at(1001)).isEmpty();
    assertThat(at(1002)).containsExactly("lease 5");
  }

  @Test
  void aYoungFlowGoesIntoTheTableAsWhatItHasBecome() {
    FlowRecord like = flow(1, 40000);
    Flow young = shard.begin(1, like.leg(), like.listener(), like.original(), like.reply());
    young.closed(End.REMOTE);
    assertThat(shard.find(like.reply())).isNull();

    young.takeIn();
    assertThat(shard.find(like.reply())).isEqualTo(like.closed(End.REMOTE, 1000));
    assertThat(at(1001)).containsExactly("lease 1");
    young.closed(End.LOCAL);
    young.end();
    assertThat(shard.stats().live()).isZero();
    assertThat(shard.find(like.reply()))
        .extracting(flow -> flow == null ? null : flow.phase())
        .isEqualTo(Phase.ENDED);
  }

  @Test
  void aFlowThatEndsYoungIsRememberedAndNeverWasInTheTable() {
    FlowRecord like = flow(1, 40000);
    Flow young = shard.begin(1, like.leg(), like.listener(), like.original(), like.reply());
    young.closed(End.LOCAL);
    young.closed(End.REMOTE);
    young.end();

    assertThat(shard.find(like.original()))
        .extracting(flow -> flow == null ? null : flow.closedFirst())
        .isEqualTo(End.LOCAL);
    assertThat(shard.stats().live()).isZero();
    assertThat(at(1001)).isEmpty();
  }

  @Test
  void onlyALiveFlowCountsAsCorrected() {
    Flow flow = shard.open(flow(1, 40000));
    FlowRecord other = flow(2, 40007);

    assertThat(shard.correct(other.reply(), other.original(), other.reply())).isFalse();
    assertThat(shard.correct(flow(1, 40000).reply(), other.original(), flow(1, 40000).reply()))
        .isTrue();
    assertThat(flow.record().original()).isEqualTo(other.original());
    flow.end();
    assertThat(shard.correct(flow(1, 40000).reply(), other.original(), flow(1, 40000).reply()))
        .isFalse();
  }

  @Test
  void aParkedFlowIsRememberedForAsLongAsAgreed() {
    Flow flow = shard.open(flow(1, 40000));
    flow.closed(End.LOCAL);
    flow.park();
    told.clear();

    assertThat(shard.stats())
        .extracting(ShardStats::live, ShardStats::parked)
        .containsExactly(0, 1);
    assertThat(at(1000 + 3599)).isEmpty();
    assertThat(shard.find(flow(1, 40000).reply())).isNotNull();
    assertThat(at(1000 + 3600)).isEmpty();
    assertThat(shard.find(flow(1, 40000).reply())).isNull();
    assertThat(shard.stats().parked()).isZero();
  }

  @Test
  void anEndedFlowIsRememberedForTimeWait() {
    shard.open(flow(1, 40000)).end();

    assertThat(at(1119)).isEmpty();
    assertThat(shard.find(flow(1, 40000).original()))
        .satisfies(record -> assertThat(record).isNotNull())
        .extracting(FlowRecord::phase)
        .isEqualTo(Phase.ENDED);
    assertThat(shard.stats()).extracting(ShardStats::live, ShardStats::ended).containsExactly(0, 1);
    assertThat(at(1120)).isEmpty();
    assertThat(shard.find(flow(1, 40000).original())).isNull();
    assertThat(shard.stats().ended()).isZero();
  }

  @Test
  void aFlowThatEndedYoungTakesItsTupleFromAParkedOne() {
    Flow parked = shard.open(flow(1, 40000));
    parked.closed(End.LOCAL);
    parked.park();
    shard.remember(flow(2, 40000).in(Phase.ENDED));

    assertThat(shard.find(flow(1, 40000).reply()))
        .satisfies(record -> assertThat(record).isNotNull())
        .extracting(FlowRecord::session, FlowRecord::phase)
        .containsExactly(2L, Phase.ENDED);
    assertThat(shard.stats().parked()).isZero();

    // And the next connection has it before what ended.
    shard.open(flow(3, 40000));
    assertThat(shard.find(flow(1, 40000).reply()))
        .satisfies(record -> assertThat(record).isNotNull())
        .extracting(FlowRecord::session, FlowRecord::phase)
        .containsExactly(3L, Phase.LIVE);
  }

  @Test
  void aParkedFlowKeepsItsTupleFromOneThatEndedBeforeIt() {
    shard.remember(flow(1, 40000).in(Phase.ENDED));
    Flow parked = shard.open(flow(2, 40000));
    parked.closed(End.LOCAL);
    parked.park();

    assertThat(shard.find(flow(1, 40000).reply()))
        .satisfies(record -> assertThat(record).isNotNull())
        .extracting(FlowRecord::session, FlowRecord::phase)
        .containsExactly(2L, Phase.PARKED);
    assertThat(shard.stats().parked()).isEqualTo(1);
  }

  @Test
  void natOfAFlowThatHasEndedIsCorrected() {
    FlowRecord right = flow(1, 40000);
    Tuple known =
        Tuple.tcp(
            InetAddress.ofLiteral("192.0.2.10"), 57956, InetAddress.ofLiteral("198.51.100.1"), 80);
    Tuple reply = Tuple.tcp(GATEWAY, 8080, known.source(), 57956);
    shard.remember(FlowRecord.opened(1, Leg.REDIRECTED, 0, known, reply).in(Phase.ENDED));

    shard.correct(reply, right.original(), reply);
    shard.markLeased(right.original());

    assertThat(shard.find(right.original()))
        .satisfies(record -> assertThat(record).isNotNull())
        .extracting(FlowRecord::reply, FlowRecord::leased)
        .containsExactly(reply, true);
    assertThat(shard.find(reply))
        .satisfies(record -> assertThat(record).isNotNull())
        .extracting(FlowRecord::original)
        .isEqualTo(right.original());
  }

  @Test
  void theNextConnectionOfATupleTakesItAndTheOldHandleIsOfNoUse() {
    Flow old = shard.open(flow(1, 40000));
    Flow next = shard.open(flow(2, 40000));

    old.end();
    old.closed(End.REMOTE);

    assertThat(next.record()).isEqualTo(flow(2, 40000));
    assertThat(shard.stats().live()).isEqualTo(1);
  }

  @Test
  void natThatIsLearntLaterIsCorrected() {
    Tuple known =
        Tuple.tcp(
            InetAddress.ofLiteral("192.0.2.10"), 57956, InetAddress.ofLiteral("198.51.100.1"), 80);
    FlowRecord wrong =
        FlowRecord.opened(
            1, Leg.REDIRECTED, 0, known, Tuple.tcp(GATEWAY, 8080, known.source(), 57956));
    shard.open(wrong);
    FlowRecord right = flow(1, 40000);

    shard.correct(wrong.reply(), right.original(), Tuple.tcp(GATEWAY, 8080, known.source(), 57956));

    assertThat(shard.find(known)).isNull();
    assertThat(shard.find(right.original())).isNotNull();
  }

  @Test
  void knowsWhoSentAPacket() {
    FlowRecord client = flow(1, 40000);
    FlowRecord upstream =
        FlowRecord.opened(1, Leg.UPSTREAM, 0, client.original(), client.original().inverse());

    assertThat(client.sender(client.original())).isEqualTo(End.REMOTE);
    assertThat(client.sender(client.reply())).isEqualTo(End.LOCAL);
    assertThat(upstream.sender(upstream.original())).isEqualTo(End.LOCAL);
    assertThat(upstream.sender(upstream.reply())).isEqualTo(End.REMOTE);
  }

  private static final InetAddress GATEWAY = InetAddress.ofLiteral("192.0.2.1");

  private static FlowRecord flow(long session, int port) {
    InetAddress client = InetAddress.ofLiteral("192.0.2.10");
    return FlowRecord.opened(
        session,
        Leg.REDIRECTED,
        3,
        Tuple.tcp(client, port, InetAddress.ofLiteral("198.51.100.1"), 80),
        Tuple.tcp(GATEWAY, 8080, client, port));
  }

  /** What was told up to this second, since the last call. */
  private List<String> at(int second) {
    clock.set(second);
    assertThat(shard.tick()).isTrue();
    List<String> since = List.copyOf(told);
    told.clear();
    return since;
  }
}
