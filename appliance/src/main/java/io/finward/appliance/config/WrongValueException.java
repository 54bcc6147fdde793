package io.finward.appliance.config;

/** A value is not of its kind. The message says what was expected; there is no stack trace. */
final class WrongValueException extends Exception {
  private static final long serialVersionUID = 1L;

  WrongValueException(String expected) {
    super(expected, null, false, false);
  }

  /** What was expected instead. */
  String expected() {
    return String.valueOf(getMessage());
  }
}
