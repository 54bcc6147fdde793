package io.finward.appliance.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainRunTest {
  @Test
  void knowsWhatServicesSay() {
    assertThat(PlainRun.file(Arrays.asList("run", "-c", "/etc/finward.conf")))
        .isEqualTo(Path.of("/etc/finward.conf"));
    assertThat(PlainRun.file(Arrays.asList("run", "--config", "a.conf")))
        .isEqualTo(Path.of("a.conf"));
    assertThat(PlainRun.file(Arrays.asList("run"))).isEqualTo(ConfigOption.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "check",
        "run -c",
        "run -c -h",
        "run --help",
        "run -c a b",
        "run -x a",
        "check -c a",
        "run --config=a"
      })
  void leavesTheRest(String words) {
    assertThat(PlainRun.file(Arrays.asList(words.split(" ", -1)))).isNull();
  }
}
