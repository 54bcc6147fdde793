package io.finward.appliance.wiring;

import io.finward.appliance.accesslog.AccessLog;
import io.finward.appliance.admin.AdminApi;
import io.finward.appliance.admin.AdminServer;
import io.finward.appliance.admin.InstanceLock;
import io.finward.appliance.admin.ServerStatus;
import io.finward.appliance.check.Descriptors;
import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.jmx.Beans;
import io.finward.appliance.jmx.PlatformRegistration;
import io.finward.appliance.jmx.RemoteJmx;
import io.finward.appliance.log.SessionLog;
import io.finward.appliance.metrics.AccessLogMetrics;
import io.finward.appliance.metrics.Accesses;
import io.finward.appliance.metrics.GatewayMetrics;
import io.finward.appliance.metrics.Meters;
import io.finward.appliance.metrics.SessionMetrics;
import io.finward.appliance.signal.Signals;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionView;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running instance: the lock, the gateway, and everything by which it is seen. Parts are
 * stopped in the reverse of the order in which they started, also when a later one fails to start.
 */
public final class Appliance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("appliance");

  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  private Appliance() {}

  /**
   * Starts everything.
   *
   * @throws IOException in words for the operator; nothing is left behind then
   */
  public static Appliance start(FinwardConfig config, RunningGateway.Factory factory)
      throws IOException {
    Appliance appliance = new Appliance();
    boolean complete = false;
    try {
      appliance.startParts(config, factory);
      complete = true;
      return appliance;
    } finally {
      if (!complete) {
        appliance.close();
      }
    }
  }

  private void startParts(FinwardConfig config, RunningGateway.Factory factory) throws IOException {
    Path socket = config.admin().socket();
    started.push(InstanceLock.beside(socket));

    Meters meters = new Meters();
    List<String> names = config.listeners().stream().map(ListenerSettings::name).toList();
    SessionMetrics sessionMetrics = new SessionMetrics(meters, names);
    Accesses accesses = new Accesses();
    SessionLog log = new SessionLog();
    AccessLog accessLog = AccessLog.open(config.accessLogs());
    started.push(accessLog);
    AccessLogMetrics.register(meters, accessLog.lost());
    RunningGateway gateway =
        factory.start(
            config,
            new GatewayListener() {
              @Override
              public void on(SessionView session, SessionEvent event) {
                sessionMetrics.on(session, event);
                accesses.on(session, event);
                log.on(session, event);
                accessLog.on(session, event);
              }

              @Override
              public void madeAgain(EventExecutor loop, long session) {
                accessLog.rescued(loop, session);
              }
            });
    started.push(gateway);
    GatewayMetrics.register(meters, gateway.observed());
    Signals.handle("USR1", accessLog::reopen);

    ServerStatus status =
        new ServerStatus(
            gateway.observed().sessions(),
            accesses,
            config.limits().effectiveSessions(Descriptors.limit()),
            InstantSource.system());
    AdminServer admin =
        new AdminServer(
            new AdminApi(
                gateway.observed(),
                meters::prometheusText,
                status,
                new Draining(gateway, () -> System.exit(0))));
    started.push(admin);
    InetSocketAddress http = config.admin().http();
    if (http != null) {
      admin.openHttp(http);
    }
    started.push(() -> Files.deleteIfExists(socket));
    admin.openSocket(socket);

    gateway.settle();

    PlatformRegistration registration =
        PlatformRegistration.begin(server ->
            List.of(
                Beans.register(server, gateway.observed(), config.listeners(), sessionMetrics)
                    ::close,
                meters.reportTo(server)));
    started.push(registration);
    InetSocketAddress jmx = config.admin().jmx();
    if (jmx != null) {
      started.push(RemoteJmx.open(jmx, registration.await()));
    }
  }

  /** Stops everything; a part that fails to stop is logged and the others are stopped. */
  @Override
  public void close() {
    while (!started.isEmpty()) {
      AutoCloseable part = started.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.error("{} did not stop", part.getClass().getSimpleName(), e);
      }
    }
  }
}
