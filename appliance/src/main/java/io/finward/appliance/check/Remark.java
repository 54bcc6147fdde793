package io.finward.appliance.check;

/**
 * Something the self-test noticed.
 *
 * @param severity whether {@code run} would fail for it
 * @param text one line, with the place in the configuration where there is one
 */
public record Remark(Severity severity, String text) {
  /** What it means for {@code run}. */
  public enum Severity {
    /** {@code run} would fail. */
    ERROR,
    /** It would run, but perhaps not as meant. */
    WARNING
  }

  static Remark error(String place, String message) {
    return new Remark(Severity.ERROR, place + ": " + message);
  }

  static Remark warning(String place, String message) {
    return new Remark(Severity.WARNING, place + ": " + message);
  }

  /** Whether {@code run} would fail. */
  public boolean error() {
    return severity == Severity.ERROR;
  }
}
