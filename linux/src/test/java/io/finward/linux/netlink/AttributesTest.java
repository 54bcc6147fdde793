package io.finward.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttributesTest {
  /**
   * The body of {@code conntrack -D -p tcp -s 192.0.2.10 -d 198.51.100.1 --sport 40000 --dport
   * 80}'s request, from {@code strace -e sendto}: nfgenmsg, CTA_TUPLE_ORIG{CTA_TUPLE_IP,
   * CTA_TUPLE_PROTO}.
   */
  private static final String GOLDEN =
      "02000000"
          + "34000180"
          + "14000180"
          + "08000100c000020a"
          + "08000200c6336401"
          + "1c000280"
          + "0500010006000000"
          + "060002009c400000"
          + "0600030000500000";

  @Test
  void writesWhatTheConntrackToolWrites() throws Exception {
    byte[] written =
        Nfnetlink.body(2, 0)
            .nested(
                1,
                tuple ->
                    tuple
                        .nested(
                            1,
                            ip ->
                                ip.address(1, InetAddress.ofLiteral("192.0.2.10"))
                                    .address(2, InetAddress.ofLiteral("198.51.100.1")))
                        .nested(2, proto -> proto.u8(1, 6).u16be(2, 40000).u16be(3, 80)))
            .toByteArray();

    assertThat(HexFormat.of().formatHex(written)).isEqualTo(GOLDEN);
  }

  @Test
  void readsWhatTheConntrackToolWrites() throws Exception {
    AttributeCursor cursor = AttributeCursor.over(HexFormat.of().parseHex(GOLDEN), 4);
    List<Object> seen = new ArrayList<>();

    assertThat(cursor.next()).isTrue();
    assertThat(cursor.type()).isEqualTo(1);
    cursor.nested(part -> {
      switch (part.type()) {
        case 1 -> part.nested(ip -> seen.add(String.valueOf(ip.address(4))));
        case 2 -> part.nested(proto -> seen.add(proto.length() == 1 ? proto.u8() : proto.u16be()));
        default -> part.fail("type " + part.type());
      }
    });

    assertThat(cursor.next()).isFalse();
    cursor.finish();
    assertThat(seen).containsExactly("/192.0.2.10", "/198.51.100.1", 6, 40000, 80);
  }

  @Test
  void keepsEachByteOrderApart() throws Exception {
    byte[] data =
        new AttributeWriter()
            .u32(1, 0x01020304)
            .u32be(2, 0x01020304)
            .u64be(3, 0x0102030405060708L)
            .string(4, "ab")
            .flag(5)
            .toByteArray();
    AttributeCursor cursor = AttributeCursor.over(data, 0);

    assertThat(Arrays.copyOfRange(data, 12, 16)).containsExactly(1, 2, 3, 4);
    cursor.next();
    assertThat(cursor.u32()).isEqualTo(0x01020304);
    cursor.next();
    assertThat(cursor.u32be()).isEqualTo(0x01020304);
    cursor.next();
    assertThat(cursor.u64be()).isEqualTo(0x0102030405060708L);
    cursor.next();
    assertThat(cursor.string()).isEqualTo("ab");
    cursor.next();
    assertThat(cursor.length()).isZero();
    cursor.finish();
  }

  @Test
  void growsWhateverTheLastAttributeIs() throws Exception {
    for (int before = 0; before < 70; before++) {
      AttributeWriter writer = new AttributeWriter();
      for (int i = 0; i < before; i++) {
        writer.u32(1, i);
      }
      AttributeCursor cursor =
          AttributeCursor.over(
              writer.u8(2, 2).u16be(2, 2).u32be(2, 2).u64be(2, 2).toByteArray(), before * 8);
      for (int length : new int[] {1, 2, 4, 8}) {
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.bytes()).hasSize(length).endsWith(2);
      }
    }
  }

  @Test
  void aWrongLengthIsAnErrorThatStays() {
    AttributeCursor cursor =
        AttributeCursor.over(new AttributeWriter().u8(1, 7).u32be(2, 9).toByteArray(), 0);

    assertThat(cursor.next()).isTrue();
    assertThat(cursor.u32be()).isZero();
    assertThat(cursor.next()).isFalse();
    assertThatThrownBy(cursor::finish)
        .isInstanceOf(DecodeException.class)
        .hasMessage("attribute 1 of 1 bytes (expected: 4)")
        .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
  }

  @Test
  void anErrorInsideIsTheParentsError() {
    byte[] data = new AttributeWriter().nested(1, inner -> inner.u8(2, 1)).toByteArray();
    AttributeCursor cursor = AttributeCursor.over(data, 0);
    cursor.next();

    cursor.nested(inner -> inner.u16be());

    assertThat(cursor.failed()).isTrue();
  }

  @Test
  void anUnknownAttributeSurvives() throws Exception {
    byte[] data =
        new AttributeWriter()
            .unknown(new UnknownAttribute(0x8000 | 77, new byte[] {4, 0, 1, 0}))
            .unknown(new UnknownAttribute(78, new byte[] {1, 2, 3}))
            .toByteArray();
    AttributeCursor cursor = AttributeCursor.over(data, 0);
    AttributeWriter again = new AttributeWriter();

    while (cursor.next()) {
      again.unknown(cursor.unknown());
    }

    cursor.finish();
    assertThat(again.toByteArray()).isEqualTo(data);
  }

  @Test
  void garbageGivesTheDeclaredExceptionOrNothing() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 50_000; i++) {
      byte[] garbage = new byte[random.nextInt(96)];
      random.nextBytes(garbage);
      if (random.nextBoolean()) {
        // Plausible lengths reach deeper.
        for (int at = 0; at + 1 < garbage.length; at += 4) {
          garbage[at] = (byte) random.nextInt(24);
          garbage[at + 1] = 0;
        }
      }
      assertThatCode(() -> readEverything(garbage))
          .as("seed %d, input %d", seed, i)
          .doesNotThrowAnyException();
    }
  }

  private static void readEverything(byte[] data) {
    try {
      AttributeCursor cursor = AttributeCursor.over(data, 4);
      while (cursor.next()) {
        readAttribute(cursor, 3);
      }
      cursor.finish();
      NetlinkMessage.split(data);
    } catch (DecodeException _) {
      return;
    }
  }

  private static void readAttribute(AttributeCursor cursor, int depth) {
    switch (cursor.type() % 9) {
      case 0 -> cursor.u8();
      case 1 -> cursor.u16be();
      case 2 -> cursor.u32();
      case 3 -> cursor.u64be();
      case 4 -> cursor.address(4);
      case 5 -> cursor.string();
      case 6 -> cursor.unknown();
      case 7 -> cursor.address(5);
      default -> {
        if (depth > 0) {
          cursor.nested(inner -> readAttribute(inner, depth - 1));
        }
      }
    }
  }
}
