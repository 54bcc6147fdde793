package io.finward.proxy.door;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ClientClockTest {
  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
  private final ClientClock clock = new ClientClock(channel.eventLoop());
  private final List<String> ran = new ArrayList<>();

  @AfterEach
  void end() {
    channel.finishAndReleaseAll();
  }

  @Test
  void runsWhenTheTimeHasCome() {
    clock.arm(Duration.ofSeconds(2), () -> ran.add("late"));
    pass(1999);
    assertEquals(List.of(), ran);
    pass(1);
    assertEquals(List.of("late"), ran);
    pass(10_000);
    assertEquals(List.of("late"), ran);
  }

  @Test
  void theLastDeadlineCounts() {
    clock.arm(Duration.ofSeconds(2), () -> ran.add("head"));
    pass(1000);
    clock.arm(Duration.ofSeconds(60), () -> ran.add("keep-alive"));
    pass(59_999);
    assertEquals(List.of(), ran);
    pass(1);
    assertEquals(List.of("keep-alive"), ran);
  }

  @Test
  void aNearerDeadlineIsNotLate() {
    clock.arm(Duration.ofSeconds(60), () -> ran.add("keep-alive"));
    clock.arm(Duration.ofSeconds(2), () -> ran.add("head"));
    pass(2000);
    assertEquals(List.of("head"), ran);
  }

  @Test
  void isArmedAgainWhileItsTimerRuns() {
    clock.arm(Duration.ofSeconds(2), () -> ran.add("first"));
    clock.disarm();
    pass(1000);
    clock.arm(Duration.ofSeconds(5), () -> ran.add("second"));
    pass(4999);
    assertEquals(List.of(), ran);
    pass(1);
    assertEquals(List.of("second"), ran);
  }

  @Test
  void leavesNothingBehind() {
    clock.arm(Duration.ofSeconds(2), () -> ran.add("late"));
    clock.stop();
    assertEquals(-1, channel.runScheduledPendingTasks());
    pass(10_000);
    assertEquals(List.of(), ran);
  }

  private void pass(long millis) {
    ticker.advance(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }
}
