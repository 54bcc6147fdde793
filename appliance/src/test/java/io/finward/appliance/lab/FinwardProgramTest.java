package io.finward.appliance.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.config.ConfigReader;
import io.finward.appliance.config.FinwardConfig;
import io.finward.nat.rule.Tracking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class FinwardProgramTest {
  static final List<Variant> VARIANTS = Variant.bothFamilies(Interception.values());

  @ParameterizedTest
  @FieldSource("VARIANTS")
  void itsConfigurationIsValid(Variant variant, @TempDir Path directory) throws Exception {
    Path file = directory.resolve("finward.conf");
    Files.writeString(
        file, FinwardProgram.configuration(Setup.usual(variant), directory, Tracking.USUAL));

    FinwardConfig config = ConfigReader.read(file);

    assertThat(config.intercepts()).hasSize(1);
    assertThat(config.rules().nat()).isEqualTo(variant.interception() != Interception.OWN_RULE);
  }
}
