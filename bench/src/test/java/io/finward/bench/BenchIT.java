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
            new Contestant(
                Contestant.FINWARD, new FinwardContestant(Door.INTERCEPTING, true, true)),
            new Contestant(
                Contestant.HAPROXY, new PeerContestant(PeerKind.HAPROXY, Door.INTERCEPTING)));

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

  /** Absolute-form requests and tunnels arrive, and HAProxy is not asked for a tunnel. */
  @Test
  void runsAtTheExplicitDoor() throws IOException {
    for (String tool : List.of("/usr/sbin/nginx", "/usr/sbin/haproxy", "/usr/bin/wrk")) {
      Assumptions.assumeTrue(Files.exists(Path.of(tool)), tool + " is not installed");
    }
    List<Contestant> contestants =
        List.of(
            new Contestant(Contestant.DIRECT, null),
            new Contestant(Contestant.FINWARD, new FinwardContestant(Door.EXPLICIT, true, true)),
            new Contestant(
                Contestant.HAPROXY, new PeerContestant(PeerKind.HAPROXY, Door.EXPLICIT)));

    Results results =
        new Bench(Plan.miniature(), Figure.of(Door.EXPLICIT), _ -> {})
            .run(contestants, new Variant(Interception.REDIRECT, AddressFamily.IPV6));

    assertThat(results.notes()).isEmpty();
    assertThat(results.samples())
        .extracting(sample -> sample.contestant() + " " + sample.metric().figure().label())
        .containsExactly(
            "direct explicit",
            "finward explicit",
            "haproxy explicit",
            "direct tunnels",
            "finward tunnels");
    assertThat(results.samples().stream().filter(it -> it.value() > 0))
        .extracting(Sample::contestant)
        .containsOnly(Contestant.FINWARD, Contestant.HAPROXY)
        .hasSize(3);
  }

  private static long leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(it -> it.getFileName().toString().startsWith("finward-bench-")).count();
    }
  }
}
