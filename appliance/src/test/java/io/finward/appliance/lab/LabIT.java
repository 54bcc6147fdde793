package io.finward.appliance.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.linux.netns.NetnsExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("netns")
@Timeout(300)
@ExtendWith(NetnsExtension.class)
class LabIT {
  /** The proof that the harness sees what it is there to see. */
  @Test
  void haproxyLeaksEveryLateFin() throws IOException {
    Assumptions.assumeTrue(Files.exists(Path.of("/usr/sbin/haproxy")), "haproxy is not installed");

    List<Result> results =
        new LabRun(new HaproxyPeer(), _ -> {}).run(List.of(new LateFin(Oblivion.EXPIRED)));

    assertThat(results)
        .hasSize(2)
        .allSatisfy(result -> {
          assertThat(result.outcome().leaked()).isEqualTo(new Leaks(LateFin.SESSIONS, 0));
          assertThat(result.outcome().translated()).isZero();
          assertThat(result.outcome().passed()).isFalse();
          assertThat(result.failed()).isFalse();
        });
  }

  @Test
  void finwardLeaksNothing() throws IOException {
    List<Scenario> scenarios =
        List.of(
            Outage.KILLED,
            new LateFin(Oblivion.EXPIRED),
            new OwnRule(),
            new LateReply(),
            new Bystander(),
            new LateFin(Oblivion.FLUSHED),
            new LateRst(Oblivion.FLUSHED));
    int variants = scenarios.stream().mapToInt(each -> each.variants().size()).sum();

    List<Result> results = new LabRun(null, _ -> {}).run(scenarios);

    assertThat(results).hasSize(variants).noneMatch(Result::failed);
  }
}
