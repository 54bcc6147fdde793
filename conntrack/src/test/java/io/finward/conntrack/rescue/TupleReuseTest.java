package io.finward.conntrack.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.message.LatePacket.Kind;
import io.finward.conntrack.message.TcpHeader;
import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Leg;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TupleReuseTest {
  /** Ports 40000 and 80, sequence 0x01020304, SYN, window 64240, MSS, SACK, timestamps, scale. */
  private static final byte[] SYN =
      HexFormat.of()
          .parseHex(
              "9c400050010203040000000000a002faf0ffff0000020405b40402080a0000000100000000010303"
                  + "07");

  private static final byte[] HEADER = header();
  private static final Tuple CLIENT =
      Tuple.tcp(
          new InetSocketAddress("192.0.2.2", 40000), new InetSocketAddress("198.51.100.2", 80));
  private static final Tuple REPLY =
      Tuple.tcp(
          new InetSocketAddress("192.0.2.1", 8080), new InetSocketAddress("192.0.2.2", 40000));
  private static final FlowRecord OPEN = FlowRecord.opened(7, Leg.REDIRECTED, 0, CLIENT, REPLY);

  private final List<Long> madeWay = new ArrayList<>();
  private final List<byte[]> sent = new ArrayList<>();
  private final CompletableFuture<Boolean> gone = new CompletableFuture<>();

  private static byte[] header() {
    byte[] header = new byte[40];
    System.arraycopy(SYN, 0, header, 0, 12);
    header[12] = (byte) 0xa0;
    header[13] = 0x02;
    System.arraycopy(SYN, 15, header, 14, 26);
    return header;
  }

  private void syn(@Nullable FlowRecord known) {
    reuse(known).onSyn(packet("finward:syn"));
  }

  private void untrackedSyn(@Nullable FlowRecord known) {
    reuse(known).onUntrackedSyn(packet("finward:usyn"));
  }

  private static LatePacket packet(String prefix) {
    return new LatePacket(Kind.SYN, CLIENT, prefix, 0, 1, 0, 0, new TcpHeader(HEADER, 0, 40), null);
  }

  private TupleReuse reuse(@Nullable FlowRecord known) {
    return new TupleReuse(
        ImmediateEventExecutor.INSTANCE,
        new One(known),
        (_, _) -> CompletableFuture.completedFuture(null),
        (packet, _) -> {
          sent.add(packet);
          return packet.length;
        },
        new Listener());
  }

  @Test
  void aHeldSessionMakesWayBeforeTheSynComesIn() {
    syn(OPEN.closed(End.LOCAL, 1));
    assertThat(madeWay).containsExactly(7L);
    assertThat(sent).isEmpty();
    gone.complete(true);
    assertThat(sent).hasSize(1);
  }

  @Test
  void aSessionThatIsOpenDoesNot() {
    syn(OPEN);
    assertThat(madeWay).isEmpty();
    assertThat(sent).hasSize(1);
  }

  @Test
  void whoNobodyKnowsGetsNothing() {
    syn(null);
    assertThat(sent).isEmpty();
  }

  /** A socket of ours has the tuple, and what it belonged to is forgotten: it is for the socket. */
  @Test
  void whoHasNoEntryAndNobodyKnowsGoesOn() {
    untrackedSyn(null);
    assertThat(sent)
        .singleElement()
        .satisfies(packet -> assertThat(ByteBuffer.wrap(packet).getInt(16)).isEqualTo(0xc6336402));
  }

  @Test
  void aHeldSessionWithoutAnEntryMakesWay() {
    untrackedSyn(
        FlowRecord.opened(7, Leg.TRANSPARENT_UNTRACKED, 0, CLIENT, CLIENT.inverse())
            .closed(End.LOCAL, 1));
    assertThat(madeWay).containsExactly(7L);
    gone.complete(true);
    assertThat(sent)
        .singleElement()
        .satisfies(packet -> assertThat(ByteBuffer.wrap(packet).getInt(16)).isEqualTo(0xc6336402));
  }

  @Test
  void theSynGoesToTheListenerWithAllItsOptions() {
    syn(OPEN);
    ByteBuffer packet = ByteBuffer.wrap(sent.getFirst());
    assertThat(packet.capacity()).isEqualTo(60);
    assertThat(packet.getInt(12)).isEqualTo(0xc0000202);
    assertThat(packet.getInt(16)).isEqualTo(0xc0000201);
    assertThat(Short.toUnsignedInt(packet.getShort(20))).isEqualTo(40000);
    assertThat(packet.getShort(22)).isEqualTo((short) 8080);
    assertThat(packet.slice(24, 12)).isEqualTo(ByteBuffer.wrap(HEADER, 4, 12));
    assertThat(packet.slice(40, 20)).isEqualTo(ByteBuffer.wrap(HEADER, 20, 20));
    // RFC 1071: with the checksum in it the sum is all ones.
    int sum = 0xc000 + 0x0202 + 0xc000 + 0x0201 + 6 + 40;
    for (int i = 20; i < 60; i += 2) {
      sum += Short.toUnsignedInt(packet.getShort(i));
    }
    assertThat((sum & 0xffff) + (sum >>> 16)).isEqualTo(0xffff);
  }

  private record One(@Nullable FlowRecord flow) implements FlowDirectory {
    @Override
    public CompletableFuture<@Nullable FlowRecord> find(Tuple packet) {
      return CompletableFuture.completedFuture(flow);
    }

    @Override
    public CompletableFuture<@Nullable FlowRecord> findSettled(Tuple packet) {
      return CompletableFuture.completedFuture(flow);
    }

    @Override
    public void madeAgain(FlowRecord made) {}

    @Override
    public void correct(Tuple known, Tuple original, Tuple reply) {}
  }

  private final class Listener implements RescueListener {
    @Override
    public void on(RescueEvent event) {}

    @Override
    public void onLateReset(FlowRecord flow, End side, LatePacket packet) {}

    @Override
    public CompletableFuture<?> onTupleReused(FlowRecord flow) {
      madeWay.add(flow.session());
      return gone;
    }

    @Override
    public void declareStranger(Tuple tuple) {}
  }
}
