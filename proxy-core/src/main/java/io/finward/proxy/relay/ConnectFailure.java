package io.finward.proxy.relay;

import io.finward.linux.libc.Errno;
import io.finward.proxy.session.EndReason;

/** Why a session ends whose upstream connection could not be made. */
public final class ConnectFailure {
  private ConnectFailure() {}

  /**
   * The reason.
   *
   * @param errno what the kernel said, as a positive number
   */
  public static EndReason reason(int errno) {
    return switch (errno) {
      case Errno.ECONNREFUSED, Errno.ECONNRESET -> EndReason.CONNECT_REFUSED;
      case Errno.ETIMEDOUT -> EndReason.CONNECT_TIMEOUT;
      case Errno.EMFILE, Errno.ENFILE -> EndReason.LIMIT;
      default -> EndReason.CONNECT_UNREACHABLE;
    };
  }
}
