package io.finward.appliance.jmx;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import javax.management.MBeanServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MBeans in the platform's MBean server, registered by a thread of its own: the JDK needs 0.2 s to
 * make that server (its DiagnosticCommand asks Flight Recorder for help texts, which parses XML).
 * Whoever attaches meanwhile waits for the same server, in {@link
 * ManagementFactory#getPlatformMBeanServer}.
 */
public final class PlatformRegistration implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlatformRegistration.class);

  private final FutureTask<MBeanServer> registering;

  /** What close has to undo, the last first. Belongs to the thread until it has ended. */
  private final Deque<Runnable> registered = new ArrayDeque<>();

  private PlatformRegistration(Function<MBeanServer, List<Runnable>> beans) {
    registering =
        new FutureTask<>(() -> {
          MBeanServer server = ManagementFactory.getPlatformMBeanServer();
          beans.apply(server).forEach(registered::push);
          return server;
        });
  }

  /**
   * Begins.
   *
   * @param beans registers them and answers what takes them away again
   */
  public static PlatformRegistration begin(Function<MBeanServer, List<Runnable>> beans) {
    PlatformRegistration registration = new PlatformRegistration(beans);
    Thread.ofPlatform().daemon().name("jmx-registration").start(registration.registering);
    return registration;
  }

  /**
   * Waits for the end of it.
   *
   * @throws IOException when it failed, or the wait was interrupted
   */
  public MBeanServer await() throws IOException {
    try {
      return registering.get();
    } catch (ExecutionException e) {
      throw new IOException("the MBeans cannot be registered: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the MBeans were registered", e);
    }
  }

  /** Takes the MBeans away again, after they have come. */
  @Override
  public void close() {
    try {
      var _ = await();
    } catch (IOException e) {
      LOG.error("{}", e.getMessage());
    }
    while (!registered.isEmpty()) {
      registered.pop().run();
    }
  }
}
