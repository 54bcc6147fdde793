package io.finward.proxy.file;

/** A line of a file is not what it must be. Has no stack trace. */
public final class BadLineException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;

  /**
   * @param line from 1
   * @param message the value and what was expected
   */
  public BadLineException(int line, String message) {
    super(message, null, false, false);
    this.line = line;
  }

  /** Which line, from 1. */
  public int line() {
    return line;
  }
}
