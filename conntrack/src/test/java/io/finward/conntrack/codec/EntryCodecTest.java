package io.finward.conntrack.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.Counters;
import io.finward.conntrack.message.NewEntry;
import io.finward.conntrack.message.Status;
import io.finward.conntrack.message.TcpFlags;
import io.finward.conntrack.message.TcpInfo;
import io.finward.conntrack.message.TcpState;
import io.finward.conntrack.message.Tuple;
import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.DecodeException;
import io.finward.linux.netlink.UnknownAttribute;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EntryCodecTest {
  /**
   * From {@code strace -e recvmsg conntrack -L} on 6.18, of the entry that {@code conntrack -I -p
   * tcp -s 192.0.2.10 -d 198.51.100.1 --sport 40000 --dport 80 --reply-src 192.0.2.1 --reply-dst
   * 192.0.2.10 --reply-port-src 8080 --reply-port-dst 40000 -t 100 --state CLOSE_WAIT -u
   * SEEN_REPLY,ASSURED -m 7} made.
   */
  private static final String DUMPED =
      "3400018014000180"
          + "08000100c000020a08000200c6336401"
          + "1c00028005000100060000000600"
          + "02009c4000000600030000500000"
          + "3400028014000180"
          + "08000100c000020108000200c000020a"
          + "1c0002800500010006000000060002001f90000006000300"
          + "9c400000"
          + "080003000000000e"
          + "0800080000000007"
          + "08000c00e7b39fc5"
          + "08000b0000000001"
          + "0800070000000063"
          + "300004802c0001800500010005000000050002000000000005000300000000000600"
          + "04000a000000060005000a000000"
          + "1c0009800c00010000000000000000000c0002000000000000000000"
          + "1c000a800c00010000000000000000000c0002000000000000000000"
          + "1c001880080001000000000008000200000000000800030000000000";

  private static final Tuple ORIGINAL =
      Tuple.tcp(
          InetAddress.ofLiteral("192.0.2.10"), 40000, InetAddress.ofLiteral("198.51.100.1"), 80);
  private static final Tuple REPLY =
      Tuple.tcp(
          InetAddress.ofLiteral("192.0.2.1"), 8080, InetAddress.ofLiteral("192.0.2.10"), 40000);

  @Test
  void readsWhatTheKernelDumps() throws DecodeException {
    ConntrackEntry entry = decode(HexFormat.of().parseHex(DUMPED));

    assertThat(entry)
        .isEqualTo(
            new ConntrackEntry(
                ORIGINAL,
                REPLY,
                new Status(0xe),
                99,
                new TcpInfo(
                    TcpState.CLOSE_WAIT, 0, 0, new TcpFlags(10, 0), new TcpFlags(10, 0), List.of()),
                7,
                0xe7b39fc5,
                new Counters(0, 0),
                new Counters(0, 0),
                List.of(
                    new UnknownAttribute(11, new byte[] {0, 0, 0, 1}),
                    new UnknownAttribute(
                        0x8018,
                        HexFormat.of()
                            .parseHex("080001000000000008000200000000000800030000000000")))));
    assertThat(entry.destinationNat()).isTrue();
    assertThat(entry.sourceNat()).isFalse();
  }

  @Test
  void writesTheEntryToMakeByTheRecipe() {
    AttributeWriter writer = new AttributeWriter();

    EntryCodec.encode(writer, new NewEntry(ORIGINAL, REPLY, TcpState.CLOSE_WAIT, 300, 0));

    assertThat(HexFormat.of().formatHex(writer.toByteArray()))
        .as(
            "REPLY is the plain inverse, NAT_SRC the client itself, NAT_DST where it was redirected")
        .isEqualTo(
            "340001801400018008000100c000020a08000200c6336401"
                + "1c000280050001000600000006000200"
                + "9c4000000600030000500000"
                + "340002801400018008000100c633640108000200c000020a"
                + "1c000280050001000600000006000200"
                + "00500000060003009c400000"
                + "080003000000000e"
                + "200004801c000180050001000500000006000400080800000600050008080000"
                + "2000068008000100c000020a"
                + "14000380060001009c400000060002009c400000"
                + "080007000000012c"
                + "20000d8008000100c0000201"
                + "14000380060001001f900000060002001f900000");
  }

  @Test
  void whatWasReadIsWrittenWithNothingLost() throws DecodeException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      ConntrackEntry entry = entry(random);
      AttributeWriter writer = new AttributeWriter();
      EntryCodec.encode(writer, entry);
      assertThat(decode(writer.toByteArray())).as("seed %d, entry %d", seed, i).isEqualTo(entry);
    }
  }

  @Test
  void aDamagedEntryIsAnEntryOrTheDeclaredException() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] good = HexFormat.of().parseHex(DUMPED);
    int decoded = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 1));
      for (int flips = random.nextInt(4); flips > 0 && bad.length > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try {
        var _ = decode(bad);
        decoded++;
      } catch (DecodeException e) {
        assertThat(e.getStackTrace()).isEmpty();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", input " + HexFormat.of().formatHex(bad), e);
      }
    }
    assertThat(decoded).as("still entries, seed %d", seed).isBetween(1_000, 19_000);
  }

  @Test
  void anEntryWithoutTuplesIsRefused() {
    assertThatThrownBy(() -> decode(new AttributeWriter().u32be(8, 1).toByteArray()))
        .isInstanceOf(DecodeException.class)
        .hasMessage("entry without both tuples");
  }

  private static ConntrackEntry decode(byte[] data) throws DecodeException {
    return EntryCodec.decode(AttributeCursor.over(data, 0));
  }

  private static ConntrackEntry entry(Random random) {
    boolean ipv6 = random.nextBoolean();
    return new ConntrackEntry(
        tuple(random, ipv6),
        tuple(random, ipv6),
        random.nextBoolean() ? new Status(random.nextInt()) : null,
        random.nextBoolean() ? random.nextInt() : null,
        random.nextBoolean() ? tcp(random) : null,
        random.nextBoolean() ? random.nextInt() : null,
        random.nextBoolean() ? random.nextInt() : null,
        random.nextBoolean() ? new Counters(random.nextLong(), random.nextLong()) : null,
        random.nextBoolean() ? new Counters(random.nextLong(), random.nextLong()) : null,
        unknown(random, 100));
  }

  private static Tuple tuple(Random random, boolean ipv6) {
    boolean icmp = random.nextInt(4) == 0;
    Tuple.Extras extras =
        new Tuple.Extras(unknown(random, 50), icmp ? unknown(random, 4) : List.of());
    boolean ports = extras.proto().isEmpty();
    return new Tuple(
        address(random, ipv6),
        ports ? random.nextInt(65536) : 0,
        address(random, ipv6),
        ports ? random.nextInt(65536) : 0,
        icmp ? 1 : 6,
        extras);
  }

  private static TcpInfo tcp(Random random) {
    return new TcpInfo(
        random.nextBoolean() ? TcpState.of(random.nextInt(10)) : null,
        random.nextBoolean() ? random.nextInt(15) : null,
        random.nextBoolean() ? random.nextInt(15) : null,
        random.nextBoolean() ? new TcpFlags(random.nextInt(256), random.nextInt(256)) : null,
        random.nextBoolean() ? new TcpFlags(random.nextInt(256), random.nextInt(256)) : null,
        unknown(random, 60));
  }

  private static List<UnknownAttribute> unknown(Random random, int from) {
    List<UnknownAttribute> all = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      byte[] value = new byte[random.nextInt(9)];
      random.nextBytes(value);
      all.add(new UnknownAttribute(from + random.nextInt(100), value));
    }
    return all;
  }

  private static InetAddress address(Random random, boolean ipv6) {
    byte[] bytes = new byte[ipv6 ? 16 : 4];
    random.nextBytes(bytes);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
