package io.finward.appliance.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/** Reads configurations that a test writes down as text. */
final class ConfigFiles {
  private ConfigFiles() {}

  /** The configuration of a text in which nothing is wrong. */
  static FinwardConfig read(Path folder, String text) {
    try {
      return ConfigReader.read(write(folder, text));
    } catch (InvalidConfigException e) {
      return Assertions.fail(e.getMessage());
    }
  }

  /** What is wrong with a text: {@code LINE: message} each. */
  static List<String> problems(Path folder, String text) {
    try {
      FinwardConfig config = ConfigReader.read(write(folder, text));
      return Assertions.fail("was taken: " + config);
    } catch (InvalidConfigException e) {
      return e.problems().stream()
          .map(problem -> problem.line() + ": " + problem.message())
          .toList();
    }
  }

  private static Path write(Path folder, String text) {
    try {
      return Files.writeString(folder.resolve("finward.conf"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
