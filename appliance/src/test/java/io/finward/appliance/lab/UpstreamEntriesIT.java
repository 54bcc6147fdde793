package io.finward.appliance.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.linux.netns.NetnsExtension;
import io.finward.nat.rule.Tracking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code rules.track-upstream}: conntrack entries of upstream legs, or half as many entries and the
 * same promise. That is what the lab's gateway has by default, and so all of the lab's scenarios.
 */
@Tag("netns")
@Timeout(180)
@ExtendWith(NetnsExtension.class)
class UpstreamEntriesIT {
  private static final FinwardProgram ALWAYS = new FinwardProgram(Tracking.USUAL);
  private static final FinwardProgram NEVER = new FinwardProgram(new Tracking(false, true, false));

  @TempDir private Path folder;

  @Test
  void nothingLeaksWithEntries() throws IOException {
    List<Scenario> scenarios =
        List.of(
            new LateFin(Oblivion.EXPIRED),
            new LateFin(Oblivion.FLUSHED),
            new LateRst(Oblivion.FLUSHED),
            new LateReply(),
            new LateServerFin(Oblivion.FLUSHED),
            new Bystander());
    List<Result> results = LabRun.configured(ALWAYS, Interception.REDIRECT, _ -> {}).run(scenarios);

    assertThat(results).hasSize(2 * scenarios.size()).noneMatch(Result::failed);
  }

  @ParameterizedTest
  @EnumSource(AddressFamily.class)
  void onlyTheClientLegHasAnEntry(AddressFamily family) throws IOException {
    assertThat(entries(family, ALWAYS))
        .as("as a check that can fail")
        .anyMatch(entry -> entry.contains(" src=" + family.gatewayOutside() + " "));

    for (FinwardProgram without : List.of(NEVER, new FinwardProgram())) {
      assertThat(entries(family, without))
          .singleElement()
          .asString()
          .contains(" src=" + family.client() + " ");
    }
  }

  @Test
  void checkNamesRulesOfOthersThatNeedTheEntries() throws IOException {
    Setup setup = Setup.usual(new Variant(Interception.REDIRECT, AddressFamily.IPV4));
    try (Topology topology = Topology.create()) {
      topology
          .gateway()
          .run(
              "nft",
              """
              table inet firewall {
                chain in {
                  type filter hook input priority 0; policy drop;
                  ct state established,related accept
                }
              }
              """);

      String found = check(topology, NEVER, setup);

      assertThat(found)
          .contains("rules.track-upstream = false: table inet firewall chain in (hook input)");
      assertThat(check(topology, new FinwardProgram(), setup)).doesNotContain("firewall");
    }
  }

  private String check(Topology topology, FinwardProgram program, Setup setup) throws IOException {
    List<String> command = new ArrayList<>(program.prepare(setup, folder));
    command.set(command.indexOf("run"), "check");
    Path answer = folder.resolve("answer");
    Process check =
        topology
            .gateway()
            .start(
                new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile()));
    check.onExit().join();
    return Files.readString(answer);
  }

  /** The gateway's, with one session open and its bytes passed on. */
  private List<String> entries(AddressFamily family, FinwardProgram program) throws IOException {
    Setup setup = Setup.usual(new Variant(Interception.REDIRECT, family));
    Path directory = Files.createTempDirectory(folder, "gateway-");
    try (Topology topology = Topology.create();
        LabServer _ = LabServer.start(topology.server(), family, 80, Http::answerAndClose);
        RunningProgram _ = RunningProgram.start(program, setup, topology.gateway(), directory);
        LabSocket client = new Wire(topology, family).dial()) {
      client.send(Http.request(family));
      assertThat(Http.isAnswer(client.receiveToEnd())).isTrue();
      return new Wire(topology, family).entries();
    }
  }
}
