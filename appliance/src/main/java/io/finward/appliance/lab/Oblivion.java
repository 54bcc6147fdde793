package io.finward.appliance.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** How the gateway's kernel comes to forget connections. */
enum Oblivion {
  /** By its own timeouts, cut short here. */
  EXPIRED {
    @Override
    void happen(Trial trial) throws IOException {
      // The kernel's own clock is the subject here; there is no other condition to wait for.
      Waiting.pause(TIMEOUT.plus(MARGIN));
    }
  },
  /** By {@code conntrack -F}: what comes next comes before anybody could put an entry back. */
  FLUSHED {
    @Override
    void happen(Trial trial) throws IOException {
      trial.flushEntries();
    }
  };

  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration MARGIN = Duration.ofSeconds(1);

  /** The states a connection waits in, by default for 60 s to 5 days. */
  private static final List<String> CUT =
      List.of("close_wait", "fin_wait", "established", "unacknowledged", "max_retrans");

  /** Cuts the timeouts of the connections that are opened from now on. */
  static void prepare(Trial trial) throws IOException {
    for (String timeout : CUT) {
      trial.cutTimeout(timeout, (int) TIMEOUT.toSeconds());
    }
  }

  /** Makes the kernel forget every connection that nobody keeps for it. */
  abstract void happen(Trial trial) throws IOException;

  /** A scenario's name with this in it; the usual way has none. */
  String suffix() {
    return this == EXPIRED ? "" : "-flushed";
  }
}
