package io.finward.nat.apply;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rules could not be read, applied or removed; the message says why and what to do. */
public final class NatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What stood in the way. */
  public enum Reason {
    /** {@code nft} or {@code ip} is not installed. */
    MISSING_TOOL,
    /** CAP_NET_ADMIN is missing. */
    MISSING_CAPABILITY,
    /** The kernel was built without something the rules need. */
    MISSING_FEATURE,
    /** The tool refused what it was given. */
    REFUSED,
    /** A file could not be read or written: a sysctl, or our own record. */
    FILE
  }

  private final Reason reason;

  NatException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  NatException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What the kernel refused. */
  static NatException refused(KernelException e) {
    return refused(String.valueOf(e.getMessage()), e.errno() == Errno.EPERM, e);
  }

  /** What was refused, by whom and why; with what is expected where it was not permitted. */
  static NatException refused(String what, boolean notPermitted, @Nullable Throwable cause) {
    return notPermitted
        ? new NatException(
            Reason.MISSING_CAPABILITY, what + " (expected: CAP_NET_ADMIN in this namespace)", cause)
        : new NatException(Reason.REFUSED, what, cause);
  }

  /** What decides; the text is for people. */
  public Reason reason() {
    return reason;
  }
}
