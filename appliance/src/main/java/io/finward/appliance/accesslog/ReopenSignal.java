package io.finward.appliance.accesslog;

import java.lang.reflect.Proxy;

/**
 * SIGUSR1, which asks nginx and Squid, too, to open their logs again. The JDK's class for signals
 * has no replacement and the compiler warns of it without a way to say that it is known: so by
 * reflection.
 */
public final class ReopenSignal {
  private static final String NAME = "USR1";

  private ReopenSignal() {}

  /**
   * Runs something at each SIGUSR1 from now on, on a thread of the JVM's.
   *
   * @throws IllegalStateException on a JVM that has no such signal
   */
  public static void handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              ReopenSignal.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null; // of Object's methods the JDK calls none
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(NAME), ours);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SIG%s cannot be handled".formatted(NAME), e);
    }
  }
}
