package io.finward.nat.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.DecodeException;
import io.finward.linux.netlink.NetlinkMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RuleChangesTest {
  private static final int NEWRULE = 10 << 8 | 6;
  private static final int NEWSETELEM = 10 << 8 | 12;
  private static final int NEWGEN = 10 << 8 | 15;
  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_NEWRULE = 32;

  @Test
  void aRuleOfOurTableConcernsUsAndOfAnotherDoesNot() throws DecodeException {
    assertThat(table(NEWRULE, "finward", "early")).isTrue();
    assertThat(table(NEWRULE, "filter", "early")).isFalse();
    assertThat(table(NEWGEN, "finward", "early")).isFalse();
    assertThat(table(2 << 8 | 6, "finward", "early")).as("another subsystem").isFalse();
  }

  @Test
  void elementsThatComeAndGoAreNoChange() throws DecodeException {
    assertThat(table(NEWSETELEM, "finward", "alive")).isFalse();
    assertThat(table(NEWSETELEM, "finward", "redirect_ports")).isTrue();
    assertThat(table(NEWSETELEM, "filter", "redirect_ports")).isFalse();
  }

  @Test
  void routingIsOursByPreferenceAndByTable() throws DecodeException {
    assertThat(routing(RTM_NEWRULE, 6, RoutingPlan.FIRST)).isTrue();
    assertThat(routing(RTM_NEWRULE, 6, RoutingPlan.LAST + 1)).isFalse();
    assertThat(routing(RTM_NEWROUTE, 15, RoutingPlan.TABLE)).isTrue();
    assertThat(routing(RTM_NEWROUTE, 15, 254)).isFalse();
  }

  @Test
  void damagedNotificationsAreOursOrNotOrTheDeclaredException() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<byte[]> good =
        List.of(
            object(NEWRULE, "finward", "early"),
            object(NEWSETELEM, "finward", "redirect_ports"),
            number(RTM_NEWRULE, 6, RoutingPlan.FIRST),
            number(RTM_NEWROUTE, 15, RoutingPlan.TABLE));
    int split = 0;
    int ours = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] model = good.get(random.nextInt(good.size()));
      byte[] bad = model.clone();
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      if (random.nextInt(4) == 0) {
        bad = Arrays.copyOf(bad, random.nextInt(bad.length + 1));
      }
      try {
        for (NetlinkMessage message : NetlinkMessage.split(bad)) {
          split++;
          ours +=
              RuleChanges.concernsTable(message) || RuleChanges.concernsRouting(message) ? 1 : 0;
        }
      } catch (DecodeException e) {
        assertThat(e.getStackTrace()).isEmpty();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", input " + HexFormat.of().formatHex(bad), e);
      }
    }
    assertThat(split).as("still messages, seed %d", seed).isBetween(5_000, 19_000);
    assertThat(ours).as("still ours, seed %d", seed).isBetween(2_000, split - 500);
  }

  private static boolean table(int type, String table, String name) throws DecodeException {
    return RuleChanges.concernsTable(NetlinkMessage.split(object(type, table, name)).getFirst());
  }

  private static boolean routing(int type, int attribute, int value) throws DecodeException {
    return RuleChanges.concernsRouting(
        NetlinkMessage.split(number(type, attribute, value)).getFirst());
  }

  /** struct nfgenmsg, the table's name, and the chain's or the set's. */
  private static byte[] object(int type, String table, String name) {
    return message(type, new AttributeWriter().raw(new byte[4]).string(1, table).string(2, name));
  }

  /** struct fib_rule_hdr or rtmsg, both of 12 bytes, and an attribute in the host's order. */
  private static byte[] number(int type, int attribute, int value) {
    return message(type, new AttributeWriter().raw(new byte[12]).u32(attribute, value));
  }

  private static byte[] message(int type, AttributeWriter body) {
    byte[] bytes = body.toByteArray();
    return ByteBuffer.allocate(16 + bytes.length)
        .order(ByteOrder.nativeOrder())
        .putInt(16 + bytes.length)
        .putShort((short) type)
        .putShort((short) 0)
        .putLong(0)
        .put(bytes)
        .array();
  }
}
