package io.finward.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.lab.AddressFamily;
import io.finward.appliance.lab.Interception;
import io.finward.appliance.lab.Variant;
import io.finward.linux.netns.NetnsExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("netns")
@Timeout(120)
@ExtendWith(NetnsExtension.class)
class BenchIT {
  /** Numbers come out, and neither a process nor a file stays. */
  @Test
  void runsInMiniatureAndLeavesNothing() throws IOException {
    for (String tool : List.of("/usr/sbin/nginx", "/usr/sbin/haproxy", "/usr/bin/curl")) {
      Assumptions.assumeTrue(Files.exists(Path.of(tool)), tool + " is not installed");
    }
    long childrenBefore = ProcessHandle.current().descendants().count();
    long filesBefore = leftovers();
    List<Contestant> contestants =
        List.of(
            new Contestant(Contestant.DIRECT, null),
            new Contestant(Contestant.FINWARD, new FinwardContestant(true)),
            new Contestant(Contestant.HAPROXY, new PeerContestant(PeerKind.HAPROXY)));

    Results results =
        new Bench(Plan.miniature(), Set.of(Figure.BYTES), _ -> {})
            .run(contestants, new Variant(Interception.REDIRECT, AddressFamily.IPV4));

    assertThat(results.notes()).isEmpty();
    assertThat(results.samples())
        .extracting(Sample::contestant)
        .containsExactly(Contestant.DIRECT, Contestant.FINWARD, Contestant.HAPROXY);
    assertThat(results.samples().getFirst().value()).isZero();
    assertThat(results.samples().subList(1, 3))
        .allSatisfy(sample -> assertThat(sample.value()).isPositive());
    assertThat(ProcessHandle.current().descendants().count()).isEqualTo(childrenBefore);
    assertThat(leftovers()).isEqualTo(filesBefore);
  }

  private static long leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(it -> it.getFileName().toString().startsWith("finward-bench-")).count();
    }
  }
}
