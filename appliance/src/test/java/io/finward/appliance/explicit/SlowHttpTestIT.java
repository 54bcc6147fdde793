package io.finward.appliance.explicit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.linux.netns.NetnsExtension;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * slowhttptest against the explicit door: slow heads, slow bodies and slow readers, hundreds at
 * once. By its own report the service stays available, and others are served meanwhile. Senders see
 * all of their connections ended before the test's time is over; readers this slow do not notice,
 * so for them the door's own log tells.
 */
@Tag("netns")
@Timeout(120)
@ExtendWith(NetnsExtension.class)
class SlowHttpTestIT {
  private static final int CROWD = 300;

  private static final String SETTINGS =
      """
      explicit { head-timeout = 1s, slow-for = 1s, body-rate = 500, answer-rate = 10000000 }
      """;

  @TempDir private static Path folder;
  private static ExplicitLab lab;

  @BeforeAll
  static void start() throws Exception {
    lab = ExplicitLab.start(folder, SETTINGS);
    Files.write(lab.documents().resolve("large"), new byte[20_000_000]);
    assertThat(lab.curl("-x", "http://" + ExplicitLab.PROXY, "http://origin.test/hello"))
        .startsWith("200");
  }

  @AfterAll
  static void stop() throws Exception {
    if (lab != null) {
      String log = lab.log();
      lab.close();
      assertThat(log).doesNotContain("LEAK", "a bug", "Exception");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "20, finished, No open connections left, -H -u http://198.51.100.2/hello",
    "20, finished, No open connections left, -B -s 100000 -u http://198.51.100.2/hello",
    "5, too-slow, Hit test time limit, -X -w 512 -y 1024 -n 1 -z 32 -u http://198.51.100.2/large",
  })
  void slowhttptest_leavesTheServiceAvailable(
      int seconds, String reason, String exit, String arguments) throws Exception {
    Path report = folder.resolve("slowhttptest" + arguments.charAt(1) + ".out");
    List<String> command = new ArrayList<>(List.of("slowhttptest"));
    command.addAll(List.of("-c", "" + CROWD, "-r", "" + CROWD, "-l", "" + seconds));
    command.addAll(List.of("-i", "1", "-p", "3"));
    command.addAll(List.of("-d", ExplicitLab.PROXY, "-v", "1"));
    command.addAll(List.of(arguments.split(" ", -1)));
    Process attack =
        lab.client()
            .start(
                new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(report.toFile()));
    try {
      int served = 0;
      while (attack.isAlive() && served < 1000) {
        assertThat(
                lab.curl(
                    "-m", "10", "-x", "http://" + ExplicitLab.PROXY, "http://origin.test/hello"))
            .startsWith("200");
        served++;
      }
      assertThat(attack.waitFor(40, SECONDS)).isTrue();
      String said = Files.readString(report).replaceAll("\u001B\\[[0-9;]*m", "");
      assertThat(said)
          .contains("Exit status: " + exit)
          .containsPattern("service available: +YES")
          .doesNotContainPattern("service available: +NO");
      long ended = lab.log().lines().filter(line -> line.contains(" reason=" + reason)).count();
      assertThat(ended).isGreaterThanOrEqualTo(CROWD);
      assertThat(served).as("answers to others meanwhile").isPositive();
    } finally {
      attack.destroyForcibly();
    }
  }
}
