package io.finward.appliance.config;

import io.finward.proxy.file.BadLineException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Text files that a configuration names: what is wrong with them is told with their own lines. */
final class Texts {
  private Texts() {}

  /** Reads a file. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Path file) throws IOException, BadLineException;
  }

  /** What is in the file that {@code key} names; null when something is wrong with it. */
  static <T> @Nullable T read(Findings findings, String key, Path file, Reader<T> reader) {
    try {
      return reader.read(file);
    } catch (BadLineException e) {
      findings.addIn(file.toString(), e.line(), String.valueOf(e.getMessage()));
    } catch (NoSuchFileException _) {
      findings.wrong(key, "a file that is there");
    } catch (IOException e) {
      findings.wrong(key, "a file that can be read; " + e.getMessage());
    }
    return null;
  }
}
