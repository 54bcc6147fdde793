package io.finward.proxy.user;

import io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;

/** Checks a user's password. Asked on every event loop at once; must not block the caller. */
@FunctionalInterface
public interface Authenticator {
  /** Where nobody is known, everybody is refused. */
  Authenticator NOBODY =
      (_, _, loop, answer) -> loop.execute(() -> answer.accept(new Authentication.Refused()));

  /**
   * Checks a password off the loop, or by what is remembered.
   *
   * @param user as the client said it; may be any text
   * @param password as the client said it; not to be kept, nor logged
   * @param loop where {@code answer} is to be called
   * @param answer told exactly once, on {@code loop}; it may be told within this call when {@code
   *     loop} is the caller's
   */
  void authenticate(
      String user, String password, EventExecutor loop, Consumer<Authentication> answer);
}
