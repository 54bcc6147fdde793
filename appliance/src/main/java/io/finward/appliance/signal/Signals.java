package io.finward.appliance.signal;

import java.lang.reflect.Proxy;

/**
 * Signals of the process: SIGUSR1 asks for logs to be opened again, as nginx's and Squid's do, and
 * SIGHUP for the configuration to be read again. The JDK's class for signals has no replacement and
 * the compiler warns of it without a way to say that it is known: so by reflection.
 */
public final class Signals {
  private Signals() {}

  /**
   * Runs something at each such signal from now on, on a thread of the JVM's.
   *
   * @param name as in {@code HUP}
   * @throws IllegalStateException on a JVM that has no such signal
   */
  public static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null; // of Object's methods the JDK calls none
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SIG%s cannot be handled".formatted(name), e);
    }
  }
}
