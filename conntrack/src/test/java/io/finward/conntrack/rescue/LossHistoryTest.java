package io.finward.conntrack.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.Tuple;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossHistoryTest {
  private static final Tuple TUPLE =
      Tuple.tcp(
          InetAddress.ofLiteral("192.0.2.10"), 40000, InetAddress.ofLiteral("198.51.100.1"), 80);
  private static final ConntrackEntry ENTRY =
      new ConntrackEntry(
          TUPLE, TUPLE.inverse(), null, null, null, null, null, null, null, List.of());
  private long now;
  private final LossHistory losses = new LossHistory(() -> now);

  @Test
  void tellsHowAnEntryEnded() {
    losses.note(ENTRY, true, 0.99);
    assertThat(losses.of(TUPLE)).isEqualTo(Reason.FLUSHED);
    losses.note(ENTRY, false, 0.96);
    assertThat(losses.of(TUPLE)).isEqualTo(Reason.EARLY_DROPPED);
    losses.note(ENTRY, false, 0.5);
    assertThat(losses.of(TUPLE)).isEqualTo(Reason.EXPIRED);
  }

  @Test
  void whatTheKernelDidNotTellHasExpired() {
    losses.note(ENTRY, true, 0.1);
    losses.forget(TUPLE);

    assertThat(losses.of(TUPLE)).isEqualTo(Reason.EXPIRED);
  }

  @Test
  void aLossIsRecentForSomeSeconds() {
    assertThat(losses.recent(TUPLE)).isFalse();
    losses.note(ENTRY, true, 0.1);
    now += 4_900_000_000L;
    assertThat(losses.recent(TUPLE)).isTrue();
    now += 200_000_000L;
    assertThat(losses.recent(TUPLE)).isFalse();
  }
}
