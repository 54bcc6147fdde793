package io.finward.appliance.accesslog;

/** A format string is none. The message says where and what was expected; no stack trace. */
public final class BadFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int position;

  BadFormatException(int position, String expected) {
    super(expected, null, false, false);
    this.position = position;
  }

  /** The first wrong character, counted from 1. */
  public int position() {
    return position;
  }

  /** What was expected there, and the position. */
  public String expected() {
    return "%s at character %d".formatted(getMessage(), position);
  }
}
