package io.finward.linux.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import org.junit.jupiter.api.Test;

class BusyPollTest {
  private static final int FOUND = 3;

  /** Each look at it takes a microsecond. */
  private long now;

  private int looks;
  private int eventAtLook = Integer.MAX_VALUE;
  private final BusyPoll poll = new BusyPoll(30_000, () -> now);

  @Test
  void sleepsAtOnceUntilThereIsAConversation() throws Exception {
    wakeUps(BusyPoll.ROW - 1);
    assertThat(next()).isEqualTo(SelectStrategy.SELECT);
    assertThat(looks).isZero();

    wakeUps(1);
    assertThat(next()).isEqualTo(SelectStrategy.SELECT);
    assertThat(looks).isEqualTo(30);
  }

  @Test
  void findsWhatComesWhileItLooks() throws Exception {
    wakeUps(BusyPoll.ROW);
    eventAtLook = 7;

    assertThat(next()).isEqualTo(FOUND);
    assertThat(looks).isEqualTo(7);
  }

  @Test
  void twoEventsAtOnceEndIt() throws Exception {
    wakeUps(BusyPoll.ROW);
    poll.handled(2);

    assertThat(next()).isEqualTo(SelectStrategy.SELECT);
    wakeUps(BusyPoll.ROW - 1);
    assertThat(next()).isEqualTo(SelectStrategy.SELECT);
    assertThat(looks).isZero();
  }

  @Test
  void aTimerBetweenDoesNotEndItAndIsNotPolledAfter() throws Exception {
    wakeUps(BusyPoll.ROW - 1);
    poll.handled(0);
    assertThat(next()).isEqualTo(SelectStrategy.SELECT);
    assertThat(looks).isZero();

    wakeUps(1);
    assertThat(next()).isEqualTo(SelectStrategy.SELECT);
    assertThat(looks).isPositive();
  }

  @Test
  void inVainItIsLeftAloneForAWhile() throws Exception {
    wakeUps(BusyPoll.ROW);
    assertThat(next()).isEqualTo(SelectStrategy.SELECT);
    looks = 0;
    for (int i = 1; i < BusyPoll.PAUSE; i++) {
      wakeUps(1);
      assertThat(next()).isEqualTo(SelectStrategy.SELECT);
    }
    assertThat(looks).isZero();

    wakeUps(1);
    assertThat(next()).isEqualTo(SelectStrategy.SELECT);
    assertThat(looks).isPositive();
  }

  @Test
  void successesMakeUpForSomeInVain() throws Exception {
    wakeUps(BusyPoll.ROW);
    for (int i = 0; i < 4; i++) {
      looks = 0;
      eventAtLook = 2;
      assertThat(next()).isEqualTo(FOUND);
      wakeUps(1);
    }
    eventAtLook = Integer.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      looks = 0;
      assertThat(next()).isEqualTo(SelectStrategy.SELECT);
      assertThat(looks).as("time %d in vain", i).isEqualTo(30);
      wakeUps(1);
    }
    looks = 0;
    assertThat(next()).isEqualTo(SelectStrategy.SELECT);
    wakeUps(1);
    assertThat(next()).isEqualTo(SelectStrategy.SELECT);
    assertThat(looks).isZero();
  }

  @Test
  void tasksAreNotKeptWaiting() throws Exception {
    wakeUps(BusyPoll.ROW);

    assertThat(poll.calculateStrategy(this::look, true)).isZero();
    assertThat(looks).isEqualTo(1);
  }

  @Test
  void zeroIsNever() throws Exception {
    BusyPoll never = new BusyPoll(0, () -> now);
    for (int i = 0; i < 10 * BusyPoll.ROW; i++) {
      never.handled(1);
      assertThat(never.calculateStrategy(this::look, false)).isEqualTo(SelectStrategy.SELECT);
    }
    assertThat(looks).isZero();
  }

  private void wakeUps(int number) {
    for (int i = 0; i < number; i++) {
      poll.handled(1);
    }
  }

  private int next() throws Exception {
    return poll.calculateStrategy(this::look, false);
  }

  private int look() {
    now += 1000;
    looks++;
    return looks == eventAtLook ? FOUND : 0;
  }
}
