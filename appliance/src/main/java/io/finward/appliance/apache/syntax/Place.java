package io.finward.appliance.apache.syntax;

import java.nio.file.Path;

/**
 * Where a directive stands.
 *
 * @param file as it was opened
 * @param line the first of its lines, from 1
 */
public record Place(Path file, int line) {
  /** {@code FILE:LINE}, the file as seen from a folder when it is within it. */
  public String from(Path folder) {
    Path whole = file.toAbsolutePath().normalize();
    Path base = folder.toAbsolutePath().normalize();
    return (whole.startsWith(base) ? base.relativize(whole) : whole) + ":" + line;
  }

  @Override
  public String toString() {
    return file + ":" + line;
  }
}
