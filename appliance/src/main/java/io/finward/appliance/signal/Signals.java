package io.finward.appliance.signal;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/**
 * Signals of the process: SIGUSR1 asks for logs to be opened again, as nginx's and Squid's do, and
 * SIGHUP for the configuration to be read again. The JDK's class for signals has no replacement and
 * the compiler warns of it without a way to say that it is known: so by reflection.
 *
 * <p>Any thread.
 */
public final class Signals {
  private static final Map<String, Runnable> ACTIONS = new HashMap<>();

  private Signals() {}

  /**
   * Takes a signal from the JVM, which would end with it, and does nothing at it yet. What it needs
   * takes 20 ms to load: for a thread beside the start.
   *
   * @param name as in {@code HUP}
   * @throws IllegalStateException on a JVM that has no such signal
   */
  public static synchronized void take(String name) {
    if (!ACTIONS.containsKey(name)) {
      handleByReflection(name);
      ACTIONS.put(name, () -> {});
    }
  }

  /**
   * Runs something at each such signal from now on, on a thread of the JVM's.
   *
   * @param name as in {@code HUP}
   * @throws IllegalStateException on a JVM that has no such signal
   */
  public static synchronized void handle(String name, Runnable action) {
    take(name);
    ACTIONS.put(name, action);
  }

  private static void came(String name) {
    Runnable action;
    synchronized (Signals.class) {
      action = ACTIONS.get(name);
    }
    if (action != null) {
      action.run();
    }
  }

  private static void handleByReflection(String name) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  came(name);
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
