package io.finward.appliance.command;

import io.finward.appliance.config.AdminSettings;
import io.finward.appliance.config.ConfigReader;
import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.config.InvalidConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code -c FILE}, and the configuration it names. */
final class ConfigOption {
  /** The launcher tells where it is: the default file is beside it. */
  static final Path DEFAULT =
      Path.of(System.getProperty("finward.home", "."), "etc", "finward.conf");

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "the configuration; etc/finward.conf unless given")
  private @Nullable Path file;

  Path file() {
    return file == null ? DEFAULT : file;
  }

  /** The admin socket; the default one where there is neither an option nor the default file. */
  Path socket() throws CommandFailedException {
    return file == null && !Files.exists(DEFAULT)
        ? AdminSettings.DEFAULT_SOCKET
        : read().admin().socket();
  }

  FinwardConfig read() throws CommandFailedException {
    return read(file());
  }

  static FinwardConfig read(Path file) throws CommandFailedException {
    try {
      return ConfigReader.read(file);
    } catch (InvalidConfigException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()));
    }
  }
}
