package io.finward.appliance.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.nat.rule.Tracking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code rules.track-tproxy}: conntrack entries of TPROXY's connections, or none and the same
 * promise. None is what the lab's gateway has by default, and so all of the lab's scenarios.
 */
@Tag("netns")
@Timeout(180)
@ExtendWith(NetnsExtension.class)
class TproxyEntriesIT {
  private static final FinwardProgram ALWAYS = new FinwardProgram(Tracking.USUAL);
  private static final FinwardProgram NEVER = new FinwardProgram(new Tracking(true, false, false));
  private static final FinwardProgram AUTO = new FinwardProgram();

  @TempDir private Path folder;

  @Test
  void nothingLeaksWithEntries() throws IOException {
    List<Scenario> scenarios =
        List.of(
            new LateFin(Oblivion.EXPIRED),
            new LateFin(Oblivion.FLUSHED),
            new LateRst(Oblivion.FLUSHED),
            new LateServerFin(Oblivion.FLUSHED),
            new LateData(Oblivion.FLUSHED, true),
            new LateData(Oblivion.FLUSHED, false),
            new LostLastAck(),
            new IcmpErrors(),
            Outage.KILLED,
            Outage.RESTARTED,
            new TupleReuse(),
            new Bystander());

    List<Result> results = LabRun.configured(ALWAYS, Interception.TPROXY, _ -> {}).run(scenarios);

    assertThat(results).hasSize(2 * scenarios.size()).noneMatch(Result::failed);
  }

  /** By the client's address on both legs, all of its connections, and none before or after. */
  @ParameterizedTest
  @EnumSource(AddressFamily.class)
  void noLegHasAnEntry(AddressFamily family) throws IOException {
    assertThat(entries(family, ALWAYS, false)).as("as a check that can fail").hasSizeGreaterThan(1);

    assertThat(entries(family, NEVER, false)).isEmpty();
    assertThat(entries(family, AUTO, false)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(AddressFamily.class)
  void behindAFirewallBothLegsHaveOne(AddressFamily family) throws IOException {
    assertThat(entries(family, AUTO, true)).hasSizeGreaterThan(1);
  }

  private List<String> entries(AddressFamily family, FinwardProgram program, boolean firewall)
      throws IOException {
    Setup setup = Setup.usual(new Variant(Interception.TPROXY, family));
    Path directory = Files.createTempDirectory(folder, "gateway-");
    try (Topology topology = Topology.create()) {
      if (firewall) {
        topology.gateway().run("nft", LateTrackingIT.FIREWALL);
      }
      try (LabServer _ = LabServer.start(topology.server(), family, 80, Http::answerAndClose);
          RunningProgram _ = RunningProgram.start(program, setup, topology.gateway(), directory)) {
        for (int i = 0; i < 3; i++) {
          try (LabSocket client = new Wire(topology, family).dial()) {
            client.send(Http.request(family));
            assertThat(Http.isAnswer(client.receiveToEnd())).isTrue();
          }
          // With the client's FIN, the last ACKs of both legs, and what TIME_WAIT answers.
          await()
              .untilAsserted(() ->
                  assertThat(topology.server().run("ss", "-Htan", "state", "connected"))
                      .doesNotContain("FIN-WAIT"));
        }
        return new Wire(topology, family).entries();
      }
    }
  }
}
