package io.finward.conntrack.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SourceLimitsTest {
  private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.10");
  private static final InetAddress OTHER = InetAddress.ofLiteral("2001:db8::10");
  private final AtomicLong nanos = new AtomicLong(1);
  private final SourceLimits limits = new SourceLimits(10, 3, nanos::get);

  @Test
  void aSourceHasItsBurstAndThenItsRate() {
    assertThat(admitted(ONE, 10)).isEqualTo(3);
    nanos.addAndGet(200_000_000L);
    assertThat(admitted(ONE, 10)).isEqualTo(2);
  }

  @Test
  void oneSourceDoesNotPayForAnother() {
    assertThat(admitted(ONE, 10)).isEqualTo(3);
    assertThat(admitted(OTHER, 10)).isEqualTo(3);
  }

  @Test
  void aKnownFlowCostsNothing() {
    for (int i = 0; i < 100; i++) {
      assertThat(limits.admit(ONE)).isTrue();
      limits.refund(ONE);
    }
  }

  private int admitted(InetAddress source, int tries) {
    int admitted = 0;
    for (int i = 0; i < tries; i++) {
      admitted += limits.admit(source) ? 1 : 0;
    }
    return admitted;
  }
}
