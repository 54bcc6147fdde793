package io.finward.appliance.config;

/**
 * One thing that is wrong in a configuration, and where.
 *
 * @param file as the operator named it
 * @param line from 1; 0 when it is about the file as a whole
 * @param message {@code key = value (expected: ...)}
 */
public record ConfigProblem(String file, int line, String message) {
  @Override
  public String toString() {
    return line > 0 ? file + ":" + line + ": " + message : file + ": " + message;
  }
}
