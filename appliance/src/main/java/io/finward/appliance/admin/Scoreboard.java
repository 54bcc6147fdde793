package io.finward.appliance.admin;

import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.session.SessionState;
import java.util.List;

/** Sessions in the letters of mod_status: one each, then an underscore for each that could come. */
final class Scoreboard {
  /**
   * The most letters. Telegraf reads the line with a Go bufio.Scanner, which gives up on 64 KiB;
   * past this the counts beside it are right and the letters stop.
   */
  static final int MOST = 32_768;

  private static final char IDLE = '_';

  private Scoreboard() {}

  /**
   * The letters.
   *
   * @param idle how many more sessions could come
   */
  static String of(List<SessionSnapshot> sessions, int idle) {
    int busy = Math.min(sessions.size(), MOST);
    int free = Math.min(idle, MOST - busy);
    StringBuilder letters = new StringBuilder(busy + free);
    sessions.stream().limit(busy).forEach(session -> letters.append(letter(session.state())));
    return letters.repeat(IDLE, free).toString();
  }

  static char letter(SessionState state) {
    return switch (state) {
      case SessionState.Opening _ -> 'R';
      case SessionState.Connecting _ -> 'D';
      case SessionState.Open _ -> 'W';
      case SessionState.HalfClosed _ -> 'G';
      case SessionState.Draining _ -> 'C';
      case SessionState.Ended _ -> 'L';
    };
  }
}
