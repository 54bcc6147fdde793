package io.finward.appliance.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.linux.netns.NetnsExtension;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The part of {@code lab differential} that takes seconds. */
@Tag("netns")
@Timeout(180)
@ExtendWith(NetnsExtension.class)
class DifferentialIT {
  @Test
  void redisRsyncAndGitDoTheSameThroughTheProxy() throws IOException {
    Differential brief =
        Differential.brief(
            new Variant(Interception.REDIRECT, AddressFamily.IPV4),
            new Variant(Interception.TPROXY, AddressFamily.IPV6));
    List<Result> results = new LabRun(null, _ -> {}).run(List.of(brief));
    assertThat(results)
        .hasSize(2)
        .allSatisfy(result -> {
          assertThat(result.outcome().passed()).as(result.outcome().note()).isTrue();
          assertThat(result.outcome().note()).contains("redis 4, 4 of 4", "git 3, 3 of 3");
        });
  }
}
