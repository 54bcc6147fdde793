package io.finward.appliance.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.FakeGateway;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.session.SessionState;
import io.finward.proxy.session.Side;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ScoreboardTest {
  private static final SessionSnapshot SESSION =
      FakeGateway.session(7, "192.0.2.1:40000", "198.51.100.1:80", null);

  @Test
  void aLetterForEachState() {
    Stream<SessionState> states =
        Stream.of(
            new SessionState.Opening(),
            new SessionState.Connecting(),
            new SessionState.Open(),
            new SessionState.HalfClosed(Side.CLIENT),
            new SessionState.Draining(),
            new SessionState.Ended(EndReason.FINISHED));
    assertThat(states.map(Scoreboard::letter).map(String::valueOf).collect(Collectors.joining()))
        .isEqualTo("RDWGCL");
  }

  @Test
  void sessionsComeBeforeTheRoomForOthers() {
    assertThat(Scoreboard.of(List.of(SESSION, SESSION), 3)).isEqualTo("WW___");
  }

  @Test
  void isNeverEmpty() {
    assertThat(Scoreboard.of(List.of(), 1)).isEqualTo("_");
  }

  @Test
  void readersWithALineOf64KibReadIt() {
    List<SessionSnapshot> many = Collections.nCopies(Scoreboard.MOST + 1, SESSION);
    assertThat(Scoreboard.of(many, 5)).isEqualTo("W".repeat(Scoreboard.MOST));
    assertThat(Scoreboard.of(List.of(SESSION), Integer.MAX_VALUE))
        .hasSize(Scoreboard.MOST)
        .startsWith("W_")
        .endsWith("__");
  }
}
