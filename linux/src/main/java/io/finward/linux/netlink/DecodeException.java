package io.finward.linux.netlink;

/**
 * Bytes that are not the message they should be. The only exception a decoder throws, whatever its
 * input; without a stack trace, for hostile input must be cheap.
 */
public final class DecodeException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says what was read and what was expected. */
  public DecodeException(String message) {
    super(message, null, false, false);
  }
}
