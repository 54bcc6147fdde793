package io.finward.appliance.accesslog;

import io.finward.appliance.accesslog.Destination.LogFile;
import io.finward.appliance.accesslog.Destination.StandardOutput;
import io.finward.appliance.accesslog.Destination.SyslogServer;
import io.finward.appliance.accesslog.Destination.SyslogSocket;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionListener;
import io.finward.proxy.session.SessionView;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * The access logs of an instance. A session that nobody reads, intercepted or otherwise, is a line;
 * on explicit doors each exchange is.
 *
 * <p>Each loop's sessions belong to it. The map from loop to sessions is all that loops share, and
 * after each loop's first session it is only read.
 */
public final class AccessLog implements SessionListener, AutoCloseable {
  private final ConcurrentMap<EventExecutor, LoopAccessLog> loops = new ConcurrentHashMap<>();
  private final List<Target> targets;
  private final List<Outlet> outlets;

  /** An access log, and where its lines go: logs with the same destination share the way there. */
  record Target(AccessLogEntry entry, Outlet outlet) {}

  private AccessLog(List<Target> targets, List<Outlet> outlets) {
    this.targets = List.copyOf(targets);
    this.outlets = List.copyOf(outlets);
  }

  /**
   * Opens the files and starts the writers.
   *
   * @throws IOException in words for the operator, when a file cannot be opened; nothing is left
   *     open
   */
  public static AccessLog open(List<AccessLogEntry> entries) throws IOException {
    Map<Destination, Outlet> outlets = new LinkedHashMap<>();
    List<Target> targets = new ArrayList<>();
    try {
      for (AccessLogEntry entry : entries) {
        Outlet outlet = outlets.get(entry.to());
        if (outlet == null) {
          outlet = new Outlet(entry.to(), sink(entry.to()), entry.format(), Outlet.MOST_BYTES);
          outlets.put(entry.to(), outlet);
        }
        targets.add(new Target(entry, outlet));
      }
    } catch (IOException e) {
      outlets.values().forEach(Outlet::close);
      throw e;
    }
    return new AccessLog(targets, List.copyOf(outlets.values()));
  }

  private static Sink sink(Destination to) throws IOException {
    return switch (to) {
      case LogFile file -> FileSink.open(file.path(), System::nanoTime);
      case StandardOutput _ -> OutputSink.standard();
      case SyslogSocket socket -> SyslogSink.local(socket);
      case SyslogServer server -> SyslogSink.remote(server);
    };
  }

  @Override
  public void on(SessionView session, SessionEvent event) {
    if (!targets.isEmpty()) {
      loop(session.loop()).on(session, event);
    }
  }

  /**
   * A conntrack entry of a session was made again. For any thread.
   *
   * @param loop the session's
   * @param session its id
   */
  public void rescued(EventExecutor loop, long session) {
    if (!targets.isEmpty()) {
      LoopAccessLog log = loop(loop);
      loop.execute(() -> log.rescued(session));
    }
  }

  /** How many lines each destination has lost so far, by its name in the configuration. */
  public Map<String, LongSupplier> lost() {
    Map<String, LongSupplier> lost = new LinkedHashMap<>();
    outlets.forEach(outlet -> lost.put(outlet.to().text(), outlet::lost));
    return lost;
  }

  /** Opens the files again, soon: they have been renamed. For any thread. */
  public void reopen() {
    outlets.forEach(Outlet::reopen);
  }

  /** Writes what waits, for two seconds at most each. Lines that come later are lost. */
  @Override
  public void close() {
    outlets.forEach(Outlet::close);
  }

  private LoopAccessLog loop(EventExecutor loop) {
    LoopAccessLog known = loops.get(loop);
    return known != null ? known : loops.computeIfAbsent(loop, this::begun);
  }

  private LoopAccessLog begun(EventExecutor loop) {
    return new LoopAccessLog(loop, targets, System::nanoTime);
  }
}
