package io.finward.appliance.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code mode = redirect, source = client}: NAT to the proxy, and the client's address from it. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class RedirectAsClientIT {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(AddressFamily.class)
  void theServerSeesTheClient(AddressFamily family) throws IOException {
    Setup setup = Setup.usual(new Variant(Interception.REDIRECT, family));
    Path directory = Files.createDirectory(folder.resolve("gateway"));
    try (Topology topology = Topology.create();
        LabServer _ = LabServer.start(topology.server(), family, 80, Http::answerAndClose);
        RunningProgram _ =
            RunningProgram.start(new AsClient(), setup, topology.gateway(), directory);
        // What comes from another address gets no answer.
        PacketLoss _ =
            PacketLoss.begin(
                topology.server(),
                "prerouting",
                "%s saddr != %s tcp dport 80".formatted(family.nft(), family.client()));
        LabSocket client = new Wire(topology, family).dial()) {
      client.send(Http.request(family));

      assertThat(Http.isAnswer(client.receiveToEnd())).isTrue();
      assertThat(new Wire(topology, family).entries())
          .as("the client's leg is redirected")
          .anyMatch(entry -> entry.contains("sport=" + setup.listenPort()));
    }
  }

  /** Finward with another source than the lab's. */
  private static final class AsClient implements GatewayProgram {
    private final FinwardProgram usual = new FinwardProgram();

    @Override
    public List<String> prepare(Setup setup, Path directory) throws IOException {
      List<String> command = usual.prepare(setup, directory);
      Path configuration = directory.resolve("finward.conf");
      String text = Files.readString(configuration);
      assertThat(text).contains("mode = redirect,");
      Files.writeString(
          configuration, text.replace("mode = redirect,", "mode = redirect, source = client,"));
      return command;
    }

    @Override
    public void intercept(Setup setup, NetworkNamespace gateway) throws IOException {
      usual.intercept(setup, gateway);
    }

    @Override
    public boolean ready(Setup setup, NetworkNamespace gateway, String log) {
      return usual.ready(setup, gateway, log);
    }
  }
}
