package io.finward.nat.apply;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds commands: Java's own search takes this process's path, not the one given to a child. */
final class Executables {
  private Executables() {}

  /**
   * The absolute path of a command.
   *
   * @throws NatException when no directory of the path has it
   */
  static String find(String command, @Nullable String path) throws NatException {
    for (String directory : (path == null ? "" : path).split(":", -1)) {
      Path candidate = Path.of(directory.isEmpty() ? "." : directory, command);
      if (Files.isExecutable(candidate)) {
        return candidate.toAbsolutePath().toString();
      }
    }
    throw Tool.missing(command, new IOException("not in " + path));
  }
}
