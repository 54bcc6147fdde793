package io.finward.appliance.command;

/** A command cannot do what it was asked; the message is all the operator needs to read. */
public final class CommandFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** One or more lines for standard error. */
  public CommandFailedException(String message) {
    super(message);
  }
}
