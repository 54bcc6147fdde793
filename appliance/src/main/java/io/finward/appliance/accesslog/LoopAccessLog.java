package io.finward.appliance.accesslog;

import io.finward.appliance.accesslog.AccessLog.Target;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.HttpExchange;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionMap;
import io.finward.proxy.session.SessionView;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The access logs' share of one loop: its sessions, and the buffer for a line. Belongs to it. */
final class LoopAccessLog {
  private final List<Target> targets;
  private final LongSupplier clock;
  private final SessionMap<Live> sessions = new SessionMap<>();
  private final Map<String, List<Target>> byListener = new HashMap<>();
  private final Intervals intervals;
  private final LineBuffer buffer = new LineBuffer();

  /** A session whose end is to come. */
  static final class Live {
    private final SessionView session;
    private final List<Target> targets;
    private final Tally tally = new Tally();

    /** What goes on now, or ended so that only the session's end says why. */
    private @Nullable HttpExchange exchange;

    /** Whether its lines are its exchanges', not the session's own. */
    private boolean byExchange;

    private Live(SessionView session, List<Target> targets) {
      this.session = session;
      this.byExchange = explicit(session);
      this.targets = targets;
    }
  }

  /**
   * @param clock {@link System#nanoTime}, but in tests
   */
  LoopAccessLog(EventExecutor loop, List<Target> targets, LongSupplier clock) {
    this.targets = targets;
    this.clock = clock;
    this.intervals = new Intervals(loop, clock, this::writeInterval);
  }

  void on(SessionView session, SessionEvent event) {
    long now = clock.getAsLong();
    Live live =
        event instanceof SessionEvent.Accepted ? begun(session) : sessions.get(session.id());
    if (live == null) {
      return;
    }
    live.tally.on(event, now);
    switch (event) {
      case SessionEvent.Accepted _ -> {
        if (!live.byExchange) {
          opened(live, now);
        }
      }
      case SessionEvent.ExchangeBegan(HttpExchange exchange) -> {
        live.byExchange = true;
        live.exchange = exchange;
        opened(live, now);
      }
      case SessionEvent.ExchangeEnded(HttpExchange exchange) -> {
        live.exchange = exchange;
        if (exchange.complete() && !event(LogMoment.END, live, null, now).tunnel()) {
          ended(live, null, now);
        }
      }
      case SessionEvent.Ended(EndReason reason) -> {
        sessions.remove(session.id());
        if (!live.byExchange || live.exchange != null) {
          ended(live, reason, now);
        }
      }
      case SessionEvent.FirstHeard _,
          SessionEvent.Connected _,
          SessionEvent.Reconnected _,
          SessionEvent.FirstBytes _,
          SessionEvent.FinReceived _,
          SessionEvent.FinSent _,
          SessionEvent.FinAcknowledged _,
          SessionEvent.ResetReceived _,
          SessionEvent.ResetSent _,
          SessionEvent.StateChanged _ -> {}
    }
  }

  void rescued(long id) {
    Live live = sessions.get(id);
    if (live != null) {
      live.tally.rescued();
    }
  }

  /** How many lines in between are to come; for tests. */
  int waiting() {
    return intervals.size();
  }

  private @Nullable Live begun(SessionView session) {
    List<Target> concerned =
        byListener.computeIfAbsent(
            session.listener().name(),
            name -> targets.stream().filter(target -> target.entry().concerns(name)).toList());
    if (concerned.isEmpty()) {
      return null;
    }
    Live live = new Live(session, concerned);
    sessions.put(session.id(), live);
    return live;
  }

  private static boolean explicit(SessionView session) {
    return session.listener().mode() == ListenerMode.EXPLICIT;
  }

  private void opened(Live live, long now) {
    write(event(LogMoment.OPEN, live, null, now), live.targets);
    for (Target target : live.targets) {
      if (target.entry().at().contains(LogMoment.INTERVAL)) {
        intervals.begin(live, target, now);
      }
    }
  }

  private void ended(Live live, @Nullable EndReason reason, long now) {
    live.targets.forEach(target -> intervals.end(live, target));
    write(event(LogMoment.END, live, reason, now), live.targets);
    live.exchange = null;
  }

  private void writeInterval(Live live, Target target) {
    write(event(LogMoment.INTERVAL, live, null, clock.getAsLong()), List.of(target));
  }

  private static LogEvent event(LogMoment moment, Live live, @Nullable EndReason reason, long now) {
    return new LogEvent(moment, live.session, live.tally, live.exchange, reason, now);
  }

  private void write(LogEvent event, List<Target> to) {
    for (Target target : to) {
      if (target.entry().at().contains(event.moment())) {
        buffer.clear();
        target.entry().format().write(event, buffer);
        target.outlet().write(buffer.toLine());
      }
    }
  }
}
