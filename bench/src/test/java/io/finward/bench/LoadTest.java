package io.finward.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class LoadTest {
  /** {@code wrk -t1 -c64 -d1s --latency} 4.1.0. */
  private static final String WRK =
      """
      Running 1s test @ http://198.51.100.2:80/small
        1 threads and 64 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency     1.35ms  320.46us   8.55ms   93.03%
          Req/Sec    47.34k     1.61k   49.13k    81.82%
        Latency Distribution
           50%    1.28ms
           75%    1.42ms
           90%  980.00us
           99%    2.60ms
        51727 requests in 1.10s, 12.38MB read
      Requests/sec:  47030.95
      Transfer/sec:     11.26MB
      """;

  @Test
  void readsWhatWrkSays() throws IOException {
    Load.Report report = Load.parseWrk(WRK);

    assertThat(report.requests()).isEqualTo(51_727);
    assertThat(report.perSecond()).isBetween(47_024.0, 47_025.0);
    assertThat(report.p50()).isEqualTo(1280);
    assertThat(report.p99()).isEqualTo(2600);
  }

  @Test
  void refusesALoadThatFailed() {
    String failed = WRK + "  Socket errors: connect 0, read 900, write 0, timeout 0\n";

    assertThatThrownBy(() -> Load.parseWrk(failed))
        .isInstanceOf(IOException.class)
        .hasMessage("wrk: 900 errors in 51727 requests");
    assertThatThrownBy(() -> Load.parseWrk(WRK + "  Non-2xx or 3xx responses: 51727\n"))
        .hasMessage("wrk: 51727 errors in 51727 requests");
  }
}
