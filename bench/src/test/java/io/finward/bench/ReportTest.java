package io.finward.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final MachineTime.Share QUIET = new MachineTime.Share(0, 0);

  @Test
  void saysWhetherThePromiseIsKept() {
    assertThat(verdict(0.5, 1.0)).isEqualTo("met");
    assertThat(verdict(0.7, 1.0)).isEqualTo("missed");
  }

  @Test
  void saysWhenTheSameProgramTwiceIsFurtherApart() {
    assertThat(verdict(0.7, 1.3)).isEqualTo("too noisy to tell");
  }

  @Test
  void stolenRoundsDoNotCount() {
    var stolen = new MachineTime.Share(0.11, 0);
    var samples =
        List.of(
            new Sample(Contestant.FINWARD, Metric.START, 0, 900, stolen),
            new Sample(Contestant.FINWARD, Metric.START, 1, 400, QUIET));

    Results results = new Results(List.of(Contestant.FINWARD), samples, List.of());

    assertThat(results.spread(Contestant.FINWARD, Metric.START))
        .contains(new Spread(400, 400, 400, 1));
    assertThat(results.dropped()).isEqualTo(1);
  }

  @Test
  void quartilesAreInterpolated() {
    assertThat(Spread.of(4, 1, 3, 2)).isEqualTo(new Spread(2.5, 1.75, 3.25, 4));
  }

  private static String verdict(double finward, double again) {
    var samples = new ArrayList<Sample>();
    for (int round = 0; round < 5; round++) {
      samples.add(new Sample(Contestant.HAPROXY, Metric.CPU_PER_GB, round, 100, QUIET));
      samples.add(
          new Sample(Contestant.HAPROXY_AGAIN, Metric.CPU_PER_GB, round, 100 * again, QUIET));
      samples.add(new Sample(Contestant.FINWARD, Metric.CPU_PER_GB, round, 100 * finward, QUIET));
    }
    return Report.verdict(Metric.CPU_PER_GB, new Results(List.of(), samples, List.of()));
  }
}
