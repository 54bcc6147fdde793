package io.finward.conntrack.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.message.LatePacket.Kind;
import io.finward.conntrack.message.Tuple;
import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.DecodeException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NflogCodecTest {
  /** IPv4, TCP 192.0.2.10:40000 to 198.51.100.1:80, FIN|ACK, 12 bytes of options, no data. */
  private static final String FIN_4 =
      "45000034123440004006"
          + "0000c000020ac6336401"
          + "9c40005001020304a1a2a3a480110000"
          + "000000000101080a0000000000000000";

  /** IPv6 with a destination options header, TCP 2001:db8::10:40000 to :80, PSH|ACK, 3 bytes. */
  private static final String DATA_6 =
      "60000000001f3c40"
          + "20010db8000000000000000000000010"
          + "20010db8000100000000000000000001"
          + "0600010400000000"
          + "9c40005001020304a1a2a3a450180000"
          + "00000000616263";

  @Test
  void readsALateFin() throws DecodeException {
    LatePacket packet = NflogCodec.decode(copy(FIN_4, 0, "finward:pre "));

    assertThat(packet)
        .isEqualTo(
            new LatePacket(
                Kind.FIN,
                Tuple.tcp(
                    InetAddress.ofLiteral("192.0.2.10"),
                    40000,
                    InetAddress.ofLiteral("198.51.100.1"),
                    80),
                "finward:pre",
                0,
                0x01020304,
                0xa1a2a3a4,
                0,
                null,
                null));
    assertThat(packet.arrived()).isTrue();
  }

  @Test
  void readsLateDataBehindAnExtensionHeader() throws DecodeException {
    LatePacket packet = NflogCodec.decode(copy(DATA_6, 3, "finward:out "));

    assertThat(packet.kind()).isEqualTo(Kind.DATA);
    assertThat(packet.payload()).isEqualTo(3);
    assertThat(packet.arrived()).isFalse();
    assertThat(packet.tuple().toString())
        .isEqualTo("2001:db8:0:0:0:0:0:10.40000 > 2001:db8:1:0:0:0:0:1.80");
  }

  @Test
  void tellsTheKindsApart() throws DecodeException {
    assertThat(kind(0x04)).isEqualTo(Kind.RST);
    assertThat(kind(0x14)).isEqualTo(Kind.RST);
    assertThat(kind(0x02)).isEqualTo(Kind.SYN);
    assertThat(kind(0x12)).isEqualTo(Kind.SYN_ACK);
    assertThat(kind(0x11)).isEqualTo(Kind.FIN);
    assertThat(kind(0x10)).isEqualTo(Kind.ACK);
  }

  @Test
  void aLaterFragmentIsNoSegment() {
    byte[] packet = HexFormat.of().parseHex(FIN_4);
    packet[7] = 5;

    assertThatThrownBy(() -> TcpPacketDecoder.decode(packet)).isInstanceOf(DecodeException.class);
  }

  @Test
  void garbageGivesTheDeclaredExceptionOrNothing() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[][] good = {HexFormat.of().parseHex(FIN_4), HexFormat.of().parseHex(DATA_6)};
    int decoded = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] model = good[random.nextInt(2)];
      byte[] bad = Arrays.copyOf(model, random.nextInt(model.length + 1));
      for (int flips = random.nextInt(5); flips > 0 && bad.length > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try {
        var _ = TcpPacketDecoder.decode(bad);
        decoded++;
      } catch (DecodeException e) {
        assertThat(e.getStackTrace()).isEmpty();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", input " + HexFormat.of().formatHex(bad), e);
      }
    }
    assertThat(decoded).as("still segments, seed %d", seed).isBetween(1_000, 19_000);
  }

  private static Kind kind(int flags) throws DecodeException {
    byte[] packet = HexFormat.of().parseHex(FIN_4);
    packet[33] = (byte) flags;
    return TcpPacketDecoder.decode(packet).kind();
  }

  private static AttributeCursor copy(String packet, int hook, String prefix) {
    byte[] data =
        new AttributeWriter()
            .bytes(1, new byte[] {0x08, 0, (byte) hook, 0})
            .string(10, prefix)
            .bytes(9, HexFormat.of().parseHex(packet))
            .toByteArray();
    return AttributeCursor.over(data, 0);
  }
}
