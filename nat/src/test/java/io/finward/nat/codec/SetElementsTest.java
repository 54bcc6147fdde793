package io.finward.nat.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SetElementsTest {
  /**
   * What {@code strace -e write=all nft add element inet finward strangers4 { 192.0.2.2 . 4000 .
   * 198.51.100.2 . 80 timeout 60s }} shows, but that nft 1.0.6 writes the timeout before the key
   * and a set id before the elements; the kernel takes any order.
   */
  private static final String STRANGER =
      "0c00010066696e77617264000f000200737472616e67657273340000"
          + "2c000380"
          + "28000180"
          + "18000180"
          + "14000100c00002020fa00000c63364020050000"
          + "0"
          + "0c000400000000000000ea60";

  @Test
  void aStrangerIsOneElementOfFourFields() {
    String hex =
        hex(
            SetElements.stranger(
                endpoint("192.0.2.2", 4000), endpoint("198.51.100.2", 80), Duration.ofMinutes(1)));

    assertThat(hex).contains(STRANGER);
  }

  @Test
  void aSignOfLifeIsAddedDeletedAndAdded() {
    String hex = hex(SetElements.alive(Duration.ofSeconds(3)));

    assertThat(hex.split("050001000600000", -1)).hasSize(4);
    assertThat(hex.split("0c0004000000000000000bb8", -1)).hasSize(3);
  }

  @Test
  void refusesTwoFamilies() {
    assertThatThrownBy(() ->
            SetElements.stranger(
                endpoint("192.0.2.2", 1), endpoint("2001:db8::1", 1), Duration.ofSeconds(1)))
        .hasMessageContaining("(expected: addresses of one family)");
  }

  private static String hex(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static InetSocketAddress endpoint(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }
}
