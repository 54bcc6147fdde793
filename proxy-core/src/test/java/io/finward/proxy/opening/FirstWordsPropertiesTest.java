package io.finward.proxy.opening;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.proxy.session.Heard;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever strangers send, there is an answer and no exception; the seed is in each failure. */
class FirstWordsPropertiesTest {
  private static final int RUNS = 50_000;
  private static final InetSocketAddress TO =
      new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 80);
  private static final List<byte[]> SEEDS =
      List.of(
          Hello.grease().name("www.example.org").alpn("h2", "http/1.1").bytes(),
          new Hello().name("a.test").records(11).bytes(),
          "GET http://a.test/b HTTP/1.1\r\nHost: b.test:81\r\nX: y\r\n\r\n".getBytes(ISO_8859_1),
          "CONNECT a.test:443 HTTP/1.0\n\n".getBytes(ISO_8859_1),
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));

  @Test
  void changedOpeningsAreUnderstoodOrNot() {
    for (int seed = 0; seed < RUNS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = SEEDS.get(random.nextInt(SEEDS.size())).clone();
      for (int changes = random.nextInt(1, 6); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      check(seed, Arrays.copyOf(bytes, random.nextInt(1, bytes.length + 20)));
    }
  }

  @Test
  void noiseIsUnderstoodOrNot() {
    for (int seed = 0; seed < RUNS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = new byte[random.nextInt(1, 200)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        bytes[0] = 22;
      }
      check(seed, bytes);
    }
  }

  /** What is understood of some bytes does not change when more come, but for a line's end. */
  private static void check(int seed, byte[] bytes) {
    try {
      Heard heard = FirstWords.read(bytes, bytes.length, TO);
      String host = heard == null ? null : heard.host();
      assertThat(host == null || host.matches("[a-z0-9_.:-]{1,253}")).isTrue();
      if (heard != null && bytes.length < FirstWords.MOST_BYTES - 1) {
        byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
        more[bytes.length] = 'x';
        assertThat(FirstWords.read(more, more.length, TO)).isEqualTo(heard);
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + Arrays.toString(bytes), e);
    }
  }
}
