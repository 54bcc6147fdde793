package io.finward.linux.libc;

import java.io.IOException;

/**
 * The kernel refused a call. Says what was asked and the C name of the error number, which decides;
 * callers never compare the text.
 */
public final class KernelException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * @param what the call and its subject, as in {@code bind 192.0.2.1:80}
   * @param errno the error number, positive or negated
   */
  public KernelException(String what, int errno) {
    super(what + ": " + Errno.name(errno));
    this.errno = Math.abs(errno);
  }

  /** The error number, positive. See {@link Errno}. */
  public int errno() {
    return errno;
  }

  /**
   * Passes a kernel's answer on, or throws when it is an error.
   *
   * @throws KernelException when {@code result} is negative
   */
  public static int check(int result, String what) throws KernelException {
    if (result < 0) {
      throw new KernelException(what, result);
    }
    return result;
  }
}
